//! A sentence about what happened, where the person is looking.

use icondata_lu::LuCircleAlert;
use icondata_lu::LuCircleCheck;
use icondata_lu::LuInfo;
use leptos::prelude::*;

use crate::erase::Inside;
use crate::erase::Served;

/// What kind of thing a banner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something went well.
    Good,
    /// Something is good to know.
    Attention,
    /// Something was refused or failed.
    Problem,
}

/// Draws a banner; a problem is read aloud at once.
#[component]
pub fn Banner(tone: Tone, children: Inside) -> AnyView {
    let (class, icon, role) = match tone {
        Tone::Good => ("banner", LuCircleCheck, "status"),
        Tone::Attention => ("banner banner-attention", LuInfo, "status"),
        Tone::Problem => ("banner banner-problem", LuCircleAlert, "alert"),
    };
    view! {
        <div class=class role=role>
            <super::Icon icon=icon />
            <p>{children.draw()}</p>
        </div>
    }
    .served()
}
