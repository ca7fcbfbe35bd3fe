//! A drawn room: what a meeting looks like, made of the same colours.

use icondata_lu::LuHand;
use icondata_lu::LuMessageSquare;
use icondata_lu::LuMic;
use icondata_lu::LuMonitorUp;
use icondata_lu::LuPhone;
use icondata_lu::LuVideo;
use leptos::prelude::*;

use crate::erase::Served;
use crate::text;
use crate::widgets::Avatar;
use crate::widgets::Icon;

/// The people who sit in the drawn room; the first one speaks.
const PEOPLE: [&str; 4] = ["Amara", "Jonas", "Mei", "Tomás"];

/// A picture of a meeting with four people.
#[component]
pub fn Stage() -> AnyView {
    let tiles = PEOPLE.map(|name| {
        view! {
            <div class="sketch-tile">
                <Avatar name=name />
                <span class="sketch-name">{name}</span>
            </div>
        }
    });
    let controls = [LuMic, LuVideo, LuMonitorUp, LuHand, LuMessageSquare, LuPhone];
    view! {
        <div class="room sketch" role="img" aria-label=text::entry::STAGE>
            <div class="sketch-tiles">{tiles.into_iter().collect_view()}</div>
            <div class="sketch-bar">
                {controls.map(|icon| view! { <span class="sketch-control"><Icon icon /></span> }).into_iter().collect_view()}
            </div>
        </div>
    }
    .served()
}
