//! The card of the things that the organiser decides (SM-26 to SM-31).

use domain::meeting::MeetingPassword;
use domain::meeting::Settings;
use domain::problem::Field;
use domain::text::Title;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Subject;
use crate::api::meetings::SaveOptions;
use crate::erase::Served;
use crate::text;
use crate::text::meetings;
use crate::text::settings as words;
use crate::widgets::Banner;
use crate::widgets::FormProblem;
use crate::widgets::Submit;
use crate::widgets::Switch;
use crate::widgets::TextField;
use crate::widgets::Tone;
use crate::widgets::problem_of;

/// Draws the form; what is typed is kept only by its button.
pub fn card(subject: Subject) -> AnyView {
    let Subject { meeting, title, unsaved, .. } = subject;
    let save = ServerAction::<SaveOptions>::new();
    let problem = problem_of(save);
    let saved = RwSignal::new(use_query_map().read_untracked().get("saved").as_deref() == Some("options"));
    let settings = RwSignal::new(meeting.settings.clone());
    Effect::new(move |_| {
        if let Some(Ok(meeting)) = save.value().get() {
            title.set(meeting.settings.title.to_string());
            settings.set(meeting.settings);
            unsaved.set(false);
            saved.set(true);
        }
    });
    let note_change = move |_| {
        unsaved.set(true);
        saved.set(false);
    };
    let has_password = Memo::new(move |_| (save.version().get(), settings.read().password_set));
    view! {
        <section class="settings-card" aria-labelledby="options-title">
            <h2 id="options-title">{words::OPTIONS}</h2>
            <p class="settings-lead">{words::OPTIONS_LEAD}</p>
            <ActionForm action=save attr:class="form" on:input=note_change>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <TextField
                    name="title"
                    label=meetings::TITLE
                    field=Field::Title
                    problem
                    value=meeting.settings.title.to_string()
                    most=Title::MOST
                />
                {move || view! { <PasswordPart is_set=has_password.get().1 problem /> }}
                <Switches settings=meeting.settings />
                <FormProblem problem />
                {move || saved.get().then(|| view! { <Banner tone=Tone::Good>{text::SAVED}</Banner> })}
                <div class="button-row">
                    <Submit label=text::SAVE pending=save.pending() />
                    {move || unsaved.get().then(|| view! { <span class="unsaved">{words::UNSAVED_NOTE}</span> })}
                </div>
            </ActionForm>
        </section>
    }
    .served()
}

/// Sets, changes or removes the password; the server itself cannot say what it is.
#[component]
fn PasswordPart(is_set: bool, problem: Signal<Option<domain::Problem>>) -> AnyView {
    let (label, hint) = if is_set {
        (words::PASSWORD_CHANGE, words::PASSWORD_IS_SET)
    } else {
        (words::PASSWORD_NEW, words::PASSWORD_NOT_SET)
    };
    view! {
        <TextField
            name="password"
            label
            hint
            field=Field::MeetingPassword
            problem
            most=MeetingPassword::MOST
            optional=true
        />
        {is_set.then(|| {
            view! { <Switch name="remove_password" label=words::PASSWORD_REMOVE hint=words::PASSWORD_REMOVE_HINT /> }
        })}
    }
    .served()
}

#[component]
fn Switches(settings: Settings) -> AnyView {
    view! {
        <Switch name="allow_guests" label=words::GUESTS hint=words::GUESTS_HINT on=settings.allow_guests />
        <Switch
            name="attendees_may_start"
            label=words::START
            hint=words::START_HINT
            on=settings.attendees_may_start
        />
        <Switch name="regular" label=meetings::REGULAR hint=meetings::REGULAR_HINT on=settings.regular />
    }
    .served()
}
