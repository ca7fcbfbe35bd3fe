//! What is wrong with the call, in words, and the numbers behind them.

use std::collections::VecDeque;
use std::time::Duration;

use icondata_lu::LuCircleCheck;
use icondata_lu::LuCopy;
use icondata_lu::LuTriangleAlert;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chat::PanelHead;
use super::desk::Desk;
use crate::call::Call;
use crate::call::diagnosis::Finding;
use crate::call::diagnosis::diagnose;
use crate::call::measure::Numbers;
use crate::call::measure::Sample;
use crate::erase::Drawn;
use crate::text::wrong as words;
use crate::text::wrong::Number;
use crate::widgets::Icon;
use crate::widgets::copy_text;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);

/// Looks that are compared: a figure of five seconds is steady enough to read.
const LOOKS: usize = 6;

/// Draws the panel; it measures for as long as it is drawn.
#[component]
pub fn WrongPanel(call: Call, desk: Desk) -> AnyView {
    let numbers = RwSignal::new(None::<Numbers>);
    measure(call, numbers);
    let there = Memo::new(move |_| numbers.with(Option::is_some));
    let body = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(body) = body.get() {
            let _ = body.focus();
        }
    });
    let findings = Memo::new(move |_| {
        let circumstances = call.circumstances();
        numbers.with(|numbers| numbers.as_ref().map(|numbers| diagnose(numbers, &circumstances)))
    });
    view! {
        <aside class="panel" aria-label=words::TITLE>
            <PanelHead title=words::TITLE desk />
            <div class="wrong" tabindex="0" role="group" aria-label=words::TITLE node_ref=body>
                <div class="wrong-findings" role="status">
                    {move || match findings.get() {
                        None => view! { <p class="wrong-measuring">{words::MEASURING}</p> }.drawn(),
                        Some(found) if found.is_empty() => view! { <Fine /> }.drawn(),
                        Some(found) => {
                            found.into_iter().map(|finding| view! { <Found finding /> }).collect_view().drawn()
                        }
                    }}
                </div>
                {move || there.get().then(|| view! { <Figures call numbers /> })}
            </div>
        </aside>
    }
    .drawn()
}

/// Looks at what the browser counts until the owner of this call is gone.
fn measure(call: Call, numbers: RwSignal<Option<Numbers>>) {
    let samples = StoredValue::new_local(VecDeque::<Sample>::new());
    let look = move || {
        call.time_answer();
        spawn_local(async move {
            let sample = call.sample().await.unwrap_or_default();
            let between = samples.try_update_value(|samples| {
                samples.push_back(sample);
                if samples.len() > LOOKS {
                    samples.pop_front();
                }
                let (first, last) = (samples.front()?, samples.back()?);
                (samples.len() > 1).then(|| Numbers::between(first, last))
            });
            if let Some(between) = between {
                numbers.try_set(between);
            }
        });
    };
    look();
    if let Ok(timer) = set_interval_with_handle(look, EVERY) {
        on_cleanup(move || timer.clear());
    }
}

#[component]
fn Fine() -> AnyView {
    view! {
        <div class="finding finding-fine">
            <Icon icon=LuCircleCheck />
            <h3>{words::FINE}</h3>
            <p>{words::FINE_LEAD}</p>
        </div>
    }
    .drawn()
}

#[component]
fn Found(finding: Finding) -> AnyView {
    let (title, lead) = words::finding(&finding);
    view! {
        <div class="finding">
            <Icon icon=LuTriangleAlert />
            <h3>{title}</h3>
            <p>{lead}</p>
        </div>
    }
    .drawn()
}

/// The numbers for whoever helps. The lines stay, and what stands in them changes.
#[component]
fn Figures(call: Call, numbers: RwSignal<Option<Numbers>>) -> AnyView {
    let value = move |number| numbers.with(|numbers| numbers.as_ref().map(|numbers| value(call, numbers, number)));
    let copy = move |_| {
        let line = |number| Some(format!("{}: {}\n", words::name(number), untrack(|| value(number))?));
        copy_text(Number::ALL.into_iter().filter_map(line).collect(), words::COPIED, || ());
    };
    let line = |number| {
        view! {
            <div class="figure">
                <dt>{words::name(number)}</dt>
                <dd>{move || value(number)}</dd>
            </div>
        }
    };
    view! {
        <h3 class="figures-title">{words::NUMBERS}</h3>
        <dl class="figures">{Number::ALL.map(line).into_iter().collect_view()}</dl>
        <button type="button" class="button button-small" on:click=copy>
            <Icon icon=LuCopy />
            {words::COPY}
        </button>
    }
    .drawn()
}

fn value(call: Call, numbers: &Numbers, number: Number) -> String {
    let present = &numbers.present;
    match number {
        Number::Server => {
            let quality = call.room.with(|room| room.as_ref().and_then(|room| room.me()).map(|me| me.quality));
            words::grade(quality.unwrap_or_default()).to_owned()
        }
        Number::Up => words::rate(Some(numbers.up)),
        Number::Down => words::rate(Some(numbers.down)),
        Number::LostUp => words::percent(numbers.lost_up),
        Number::LostDown => words::percent(numbers.lost_down),
        Number::RoundTrip => words::milliseconds(present.round_trip),
        Number::Answer => words::milliseconds(call.answer.get()),
        Number::Room => words::rate(present.room),
        Number::Picture => words::picture(present.picture),
        Number::Dropped => words::percent(numbers.dropped),
        Number::Codecs => words::codecs(&present.codecs),
        Number::Way => words::way(present.way),
    }
}
