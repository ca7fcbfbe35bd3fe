//! A point in time, for a reader whose zone only the browser knows.

use domain::Timestamp;
use js_sys::Date;
use leptos::prelude::*;

use crate::text::time::WallTime;
use crate::text::time::beside;
use crate::text::time::in_utc;

/// Draws a time: the server says it in UTC, the browser then in the zone and words of its reader.
#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let machine = at.to_string();
    let shown = RwSignal::new(WallTime::parse(&machine).map(|time| in_utc(&time)).unwrap_or_default());
    Effect::new(move |_| shown.set(local(at)));
    view! { <time datetime=machine>{shown}</time> }
}

fn local(at: Timestamp) -> String {
    // An f64 holds every millisecond of the next 285 000 years exactly.
    let time = Date::new(&(at.as_millis() as f64).into());
    let now = Date::new_0();
    let day_from_now = |days: i32| {
        let day = Date::new_0();
        day.set_date((now.get_date() as i32 + days) as u32);
        wall(&day)
    };
    beside(&wall(&time), &wall(&now), &day_from_now(-1), &day_from_now(1))
}

fn wall(date: &Date) -> WallTime {
    WallTime {
        year: date.get_full_year() as i32,
        month: date.get_month() + 1,
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
    }
}
