//! Before the room: who one is, how one looks and sounds, and the button that leads in.

use domain::MeetingId;
use domain::Problem;
use domain::meeting::Doorplate;
use domain::meeting::MeetingPassword;
use domain::text::DisplayName;
use domain::text::Title;
use icondata_lu::LuCircleAlert;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::device_line::DeviceLines;
use super::preview::Preview;
use crate::api::meetings::check_meeting_password;
use crate::call::Media;
use crate::call::Ticket;
use crate::call::memory;
use crate::call::platform;
use crate::erase::Drawn;
use crate::erase::Served;
use crate::parts::Room;
use crate::text;
use crate::text::door as words;
use crate::widgets::Banner;
use crate::widgets::Icon;
use crate::widgets::Logo;
use crate::widgets::Tone;

/// The form of the door.
#[derive(Clone, Copy)]
struct Form {
    meeting: StoredValue<MeetingId>,
    title: StoredValue<Title>,
    asks_password: bool,
    name: NodeRef<html::Input>,
    password: NodeRef<html::Input>,
    name_problem: RwSignal<Option<Problem>>,
    password_problem: RwSignal<Option<Problem>>,
    problem: RwSignal<Option<Problem>>,
    /// Whether the meeting was wanted and could not be fetched.
    unfetched: RwSignal<bool>,
    busy: RwSignal<bool>,
    enter: Callback<(Ticket, Room)>,
}

/// What stands in the way of sound and picture, whatever the visitor allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    /// The page came by an open way, and so would the meeting: the server refuses that.
    Insecure,
    /// This browser has no WebRTC; one can still read and write.
    NoWebrtc,
}

/// Draws the door. With `at_once` and `#app=1` in the link it opens without a press, as far as it can.
#[component]
pub fn Door(
    plate: Doorplate,
    media: RwSignal<Option<Media>>,
    /// Why the visitor is before the door again.
    problem: Option<Problem>,
    enter: Callback<(Ticket, Room)>,
    at_once: bool,
) -> AnyView {
    let name = plate.your_name.as_ref().map(ToString::to_string).unwrap_or_default();
    let form = Form::new(&plate, problem, enter);
    let ready = RwSignal::new(false);
    let obstacle = RwSignal::new(None);
    Effect::new(move |_| obstacle.set(found_obstacle()));
    let fields = move || {
        let name = name.clone();
        (obstacle.get() != Some(Obstacle::Insecure)).then(|| view! { <Fields form name ready /> })
    };
    Effect::new(move |_| {
        if let Some(input) = form.name.get() {
            ready.set(true);
            if let Some(known) = memory::name().filter(|_| input.value().is_empty()) {
                input.set_value(&known);
            }
            if at_once && platform::wants_in_at_once() && platform::is_secure() {
                form.submit();
            }
        }
    });
    // Whoever comes back for another password finds the keyboard there.
    Effect::new(move |_| {
        if form.password.get().is_some() && form.password_problem.with_untracked(Option::is_some) {
            focus(form.password);
        }
    });
    go_in_when_the_link_says_so(form);
    // While the name is typed. What fails here is said when it is needed.
    Effect::new(|_| spawn_local(async { drop(Room::fetch().await) }));
    view! {
        <div class="door" class:door-plain=move || obstacle.get().is_some()>
            <header class="door-top">
                <Logo />
            </header>
            <main class="door-main" id="content">
                <Preview media />
                <section class="door-side">
                    <div class="door-words">
                        <h1 dir="auto">{plate.title.to_string()}</h1>
                        <p class="door-present">{words::attendance(plate.present, plate.waiting)}</p>
                    </div>
                    <noscript>
                        <p class="banner banner-problem">{words::NEEDS_SCRIPT}</p>
                    </noscript>
                    {move || obstacle.get().map(obstacle_words)}
                    {move || form.problem.get().map(|problem| view! {
                        <Banner tone=Tone::Problem>{text::of_problem(&problem)}</Banner>
                    })}
                    <Unfetched form />
                    {fields}
                </section>
                <div class="door-devices">
                    {move || media.get().map(|media| view! { <DeviceLines media /> })}
                </div>
            </main>
        </div>
    }
    .served()
}

/// The same link with `#app=1` loads no new page where this one is open already.
fn go_in_when_the_link_says_so(form: Form) {
    Effect::new(move |_| {
        let listener = window_event_listener_untyped("hashchange", move |_: leptos::ev::Event| {
            if platform::wants_in_at_once() && platform::is_secure() {
                form.submit();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn found_obstacle() -> Option<Obstacle> {
    if !platform::is_secure() {
        Some(Obstacle::Insecure)
    } else if !platform::has_webrtc() {
        Some(Obstacle::NoWebrtc)
    } else {
        None
    }
}

/// Says it before anybody wonders, and what whoever can mend it has to do.
fn obstacle_words(obstacle: Obstacle) -> AnyView {
    let (words, more) = match obstacle {
        Obstacle::Insecure => (words::INSECURE, Some(words::INSECURE_MEND)),
        Obstacle::NoWebrtc => (words::NO_WEBRTC, None),
    };
    view! {
        <Banner tone=Tone::Attention>{words}</Banner>
        {more.map(|more| view! { <p class="door-mend">{more}</p> })}
    }
    .drawn()
}

/// Says that the meeting could not be fetched. "Join" tries again; a page older than the server must be loaded anew.
#[component]
fn Unfetched(form: Form) -> AnyView {
    let reload = move |_| drop(window().location().reload());
    (move || {
        form.unfetched.get().then(|| {
            view! {
                <Banner tone=Tone::Problem>
                    {words::UNFETCHED} " "
                    <button type="button" class="button button-small" on:click=reload>{text::LOAD_AGAIN}</button>
                </Banner>
            }
        })
    })
    .served()
}

#[component]
fn Fields(form: Form, name: String, ready: RwSignal<bool>) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit();
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <DoorField
                id="name"
                label=words::NAME
                kind="text"
                autocomplete="name"
                value=name
                most=DisplayName::MOST
                input=form.name
                problem=form.name_problem
            />
            {form.asks_password.then(|| view! {
                <DoorField
                    id="meeting-password"
                    label=words::PASSWORD
                    kind="password"
                    autocomplete="off"
                    value=String::new()
                    most=MeetingPassword::MOST
                    input=form.password
                    problem=form.password_problem
                />
            })}
            <button
                type="submit"
                class="button button-primary button-wide door-join"
                disabled=move || !ready.get()
                aria-busy=move || form.busy.get().then_some("true")
            >
                {words::JOIN}
            </button>
            <p class="door-wait" role="status">{move || form.busy.get().then_some(words::OPENING)}</p>
        </form>
    }
    .served()
}

#[component]
fn DoorField(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    most: usize,
    input: NodeRef<html::Input>,
    problem: RwSignal<Option<Problem>>,
) -> AnyView {
    let error = format!("{id}-error");
    let described = error.clone();
    let dir = (kind == "text").then_some("auto");
    let line = move |problem: Problem| {
        view! {
            <p class="field-error" id=error.clone() role="alert">
                <Icon icon=LuCircleAlert />
                <span>{text::of_problem(&problem)}</span>
            </p>
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <input
                class="field-input"
                node_ref=input
                id=id
                name=id
                type=kind
                value=value
                dir=dir
                autocomplete=autocomplete
                maxlength=most.to_string()
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=move || problem.with(Option::is_some).then(|| described.clone())
                on:input=move |_| problem.set(None)
            />
            {move || problem.get().map(line.clone())}
        </div>
    }
    .served()
}

impl Form {
    fn new(plate: &Doorplate, problem: Option<Problem>, enter: Callback<(Ticket, Room)>) -> Self {
        let (password_problem, problem) = match problem {
            Some(Problem::PasswordNeeded | Problem::WrongMeetingPassword) => (problem, None),
            other => (None, other),
        };
        let asks_password = plate.asks_password || password_problem.is_some();
        Self {
            meeting: StoredValue::new(plate.id.clone()),
            title: StoredValue::new(plate.title.clone()),
            asks_password,
            name: NodeRef::new(),
            password: NodeRef::new(),
            name_problem: RwSignal::new(None),
            password_problem: RwSignal::new(password_problem),
            problem: RwSignal::new(problem),
            unfetched: RwSignal::new(false),
            busy: RwSignal::new(false),
            enter,
        }
    }

    fn submit(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        self.unfetched.set(false);
        let Some(name) = read(self.name, self.name_problem, |text| DisplayName::parse(&text)) else { return };
        let password = if self.asks_password {
            let Some(password) = read(self.password, self.password_problem, MeetingPassword::parse) else { return };
            Some(password)
        } else {
            None
        };
        memory::remember_name(name.as_str());
        let ticket = Ticket { meeting: self.meeting.get_value(), title: self.title.get_value(), name, password };
        self.busy.set(true);
        spawn_local(async move {
            self.open(ticket).await;
            self.busy.try_set(false);
        });
    }

    async fn open(self, ticket: Ticket) {
        // Asked before the door closes behind the form: a wrong password is said where it was typed.
        if let Some(password) = ticket.password.clone() {
            let checked = check_meeting_password(ticket.meeting.clone(), password.into()).await;
            if let Err(refusal) = checked {
                return self.refuse(refusal.0);
            }
        }
        match Room::fetch().await {
            Ok(room) => self.enter.run((ticket, room)),
            Err(_) => drop(self.unfetched.try_set(true)),
        }
    }

    fn refuse(self, why: Problem) {
        if why == Problem::WrongMeetingPassword {
            self.password_problem.try_set(Some(why));
            focus(self.password);
        } else {
            self.problem.try_set(Some(why));
        }
    }
}

/// Reads a field; what is wrong with it is said beside it, and the keyboard goes there.
fn read<T>(
    input: NodeRef<html::Input>,
    problem: RwSignal<Option<Problem>>,
    parse: impl FnOnce(String) -> Result<T, Problem>,
) -> Option<T> {
    match parse(input.get_untracked().map(|input| input.value()).unwrap_or_default()) {
        Ok(value) => Some(value),
        Err(why) => {
            problem.set(Some(why));
            focus(input);
            None
        }
    }
}

fn focus(input: NodeRef<html::Input>) {
    if let Some(input) = input.get_untracked() {
        let _ = input.focus();
    }
}
