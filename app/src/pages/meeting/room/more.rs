//! What is rarely needed; on a phone also what has no room in the bar.

use domain::MeetingId;
use icondata_lu::LuActivity;
use icondata_lu::LuEllipsis;
use icondata_lu::LuHand;
use icondata_lu::LuKeyboard;
use icondata_lu::LuLayoutGrid;
use icondata_lu::LuLink;
use icondata_lu::LuMonitorUp;
use icondata_lu::LuSettings;
use icondata_lu::LuSlidersHorizontal;
use icondata_lu::LuUsers;
use leptos::prelude::*;

use super::bar::BarMenu;
use super::bar::Reactions;
use super::bar::toggle_share;
use super::desk::Desk;
use super::desk::Over;
use super::desk::Panel;
use crate::call::Call;
use crate::call::platform;
use crate::erase::Drawn;
use crate::text;
use crate::text::room as words;
use crate::text::wrong;
use crate::widgets::Icon;

/// Draws the control and its list.
#[component]
pub fn MoreMenu(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    view! {
        <BarMenu id="more" icon=LuEllipsis label=words::MORE word=words::MORE class="menu-list bar-menu bar-more">
            <Narrow call desk />
            <Rest call desk meeting />
        </BarMenu>
    }
    .drawn()
}

/// A line of the list.
#[component]
fn Line(
    icon: icondata_core::Icon,
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] press: Callback<()>,
) -> AnyView {
    view! {
        <button type="button" class="menu-item" on:click=move |_| press.run(())>
            <Icon icon=icon />
            {label}
        </button>
    }
    .drawn()
}

/// What stands in the bar where there is room for it.
#[component]
fn Narrow(call: Call, desk: Desk) -> AnyView {
    let up = Memo::new(move |_| {
        call.room.with(|room| room.as_ref().and_then(|room| room.me()).is_some_and(|me| me.hand_raised_at.is_some()))
    });
    let hand = Signal::derive(move || if up.get() { words::HAND_DOWN } else { words::HAND });
    let view = Signal::derive(move || if desk.is_grid() { words::SPEAKER_VIEW } else { words::GRID_VIEW });
    let sharing =
        Signal::derive(
            move || {
                if call.screen.with(Option::is_some) { words::STOP_SHARING } else { words::SHARE_SCREEN }
            },
        );
    let may_share = Memo::new(move |_| call.room.with(|room| room.as_ref().is_some_and(|room| room.has_media_seat())));
    view! {
        <div class="bar-narrow">
            <div class="bar-emoji">
                <Reactions call />
            </div>
            <Line icon=LuHand label=hand press=move |()| call.toggle_hand() />
            <Line icon=LuUsers label=words::PEOPLE press=move |()| desk.toggle_panel(Panel::People) />
            <Line icon=LuLayoutGrid label=view press=move |()| desk.toggle_view() />
            {move || (platform::can_share_screen() && may_share.get()).then(|| view! {
                <Line icon=LuMonitorUp label=sharing press=move |()| toggle_share(call, desk) />
            })}
        </div>
    }
    .drawn()
}

#[component]
fn Rest(call: Call, desk: Desk, meeting: MeetingId) -> AnyView {
    let owner = Memo::new(move |_| call.room.with(|room| room.as_ref().is_some_and(|room| room.is_owner())));
    let settings = format!("/meetings/{meeting}/settings");
    view! {
        <Line icon=LuSlidersHorizontal label=words::DEVICES press=move |()| desk.over.set(Some(Over::Devices)) />
        <Line icon=LuActivity label=wrong::TITLE press=move |()| desk.toggle_panel(Panel::Wrong) />
        <Line icon=LuLink label=text::COPY_LINK press=move |()| super::copy_link(&meeting) />
        <Line icon=LuKeyboard label=words::SHORTCUTS press=move |()| desk.over.set(Some(Over::Shortcuts)) />
        {move || owner.get().then(|| view! {
            <a class="menu-item" href=settings.clone() target="_blank" rel="noopener">
                <Icon icon=LuSettings />
                {words::SETTINGS}
            </a>
        })}
    }
    .drawn()
}
