//! The card of the things that the organiser decides (SM-26 to SM-31).

use domain::meeting::MeetingPassword;
use domain::meeting::Settings;
use domain::problem::Field;
use domain::text::Title;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Subject;
use super::save::SaveRow;
use super::save::Saving;
use crate::api::meetings::SaveOptions;
use crate::erase::Served;
use crate::text;
use crate::text::meetings;
use crate::text::settings as words;
use crate::widgets::Answer;
use crate::widgets::Switch;
use crate::widgets::TextField;
use crate::widgets::answer_of;

/// What the page calls this card.
const CARD: &str = "options";

/// Draws the form; what is typed is kept only by its button.
pub fn card(subject: Subject) -> AnyView {
    let Subject { meeting, title, unsaved, .. } = subject;
    let save = ServerAction::<SaveOptions>::new();
    let answer = answer_of(save);
    let saving = Saving::of(CARD, unsaved, answer);
    // Drawn again, and thereby emptied, by every change that was saved, never by a refusal.
    let password = RwSignal::new((0u32, meeting.settings.password_set));
    Effect::new(move |_| {
        if let Some(Ok(meeting)) = save.value().get() {
            title.set(meeting.settings.title.to_string());
            password.update(|(times, is_set)| (*times, *is_set) = (*times + 1, meeting.settings.password_set));
        }
    });
    view! {
        <section class="settings-card" aria-labelledby="options-title">
            <h2 id="options-title">{words::OPTIONS}</h2>
            <p class="settings-lead">{words::OPTIONS_LEAD}</p>
            <ActionForm action=save attr:class="form" on:input=move |_| saving.changed()>
                <input type="hidden" name="id" value=meeting.id.to_string() />
                <TextField
                    name="title"
                    label=meetings::TITLE
                    field=Field::Title
                    answer
                    value=meeting.settings.title.to_string()
                    most=Title::MOST
                />
                {move || view! { <PasswordPart is_set=password.get().1 answer /> }}
                <Switches settings=meeting.settings answer />
                <SaveRow saving label=text::SAVE pending=save.pending() />
            </ActionForm>
        </section>
    }
    .served()
}

/// Sets, changes or removes the password; the server itself cannot say what it is.
#[component]
fn PasswordPart(is_set: bool, answer: Answer) -> AnyView {
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
            answer
            most=MeetingPassword::MOST
            optional=true
        />
        {is_set.then(|| {
            view! {
                <Switch
                    name="remove_password"
                    label=words::PASSWORD_REMOVE
                    hint=words::PASSWORD_REMOVE_HINT
                    answer
                />
            }
        })}
    }
    .served()
}

#[component]
fn Switches(settings: Settings, answer: Answer) -> AnyView {
    view! {
        <Switch name="allow_guests" label=words::GUESTS hint=words::GUESTS_HINT on=settings.allow_guests answer />
        <Switch
            name="attendees_may_start"
            label=words::START
            hint=words::START_HINT
            on=settings.attendees_may_start
            answer
        />
        <Switch name="regular" label=meetings::REGULAR hint=meetings::REGULAR_HINT on=settings.regular answer />
    }
    .served()
}
