//! The questions of this crate, asked of a database in memory.

mod administration;
mod running;

use std::collections::HashSet;

use domain::AccountId;
use domain::ChatId;
use domain::MeetingId;
use domain::ParticipantId;
use domain::Timestamp;
use domain::meeting::Capacity;
use domain::meeting::Meeting;
use domain::meeting::Settings;
use domain::people::EmailAddress;
use domain::stream::Grant;
use domain::stream::StreamToken;
use domain::text::ChatText;
use domain::text::DisplayName;
use domain::text::Title;
use domain::wire::ChatMessage;

use crate::Appended;
use crate::Error;
use crate::Store;
use crate::StoredMeeting;
use crate::accounts::NewAccount;
use crate::accounts::PasswordChanged;
use crate::accounts::SignedUp;
use crate::meetings::Created;
use crate::meetings::MeetingChange;
use crate::sessions::Opened;

async fn memory() -> Store {
    Store::open("mem://").await.unwrap()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn person(seed: u8, email: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_entropy([seed; 16]),
        name: DisplayName::parse("Ann").unwrap(),
        email: EmailAddress::parse(email).unwrap(),
        password_hash: format!("hash {seed}"),
        created_at: at(1),
    }
}

fn meeting(seed: u8, owner: &AccountId) -> StoredMeeting {
    let settings = Settings {
        title: Title::parse("Weekly round").unwrap(),
        password_set: false,
        allow_guests: true,
        attendees_may_start: true,
        regular: false,
        capacity: Capacity::USUAL,
    };
    let meeting = Meeting {
        id: MeetingId::from_entropy([seed; 16]),
        owner: owner.clone(),
        created_at: at(i64::from(seed)),
        last_used_at: None,
        settings,
    };
    StoredMeeting { meeting, password_hash: None }
}

fn message(seed: u128, text: &str) -> ChatMessage {
    ChatMessage {
        id: ChatId::from_entropy(seed.to_be_bytes()),
        from: ParticipantId::from_entropy([9; 16]),
        name: DisplayName::parse("Ann").unwrap(),
        sent_at: at(1000),
        text: ChatText::parse(text).unwrap(),
    }
}

fn texts(messages: &[ChatMessage]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let store = memory().await;
    let ann = person(1, "ann@example.org");
    assert_eq!(store.sign_up(&ann).await.unwrap(), SignedUp::Created);
    assert_eq!(store.sign_up(&person(2, "ann@example.org")).await.unwrap(), SignedUp::AddressTaken);
    let known = store.credentials(&ann.email).await.unwrap().unwrap();
    assert_eq!((known.account.id, known.password_hash), (ann.id, ann.password_hash));
    assert!(!store.has_administrator().await.unwrap());
    assert!(store.credentials(&EmailAddress::parse("ben@example.org").unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn of_many_sign_ups_with_one_address_at_a_time_one_succeeds() {
    let store = memory().await;
    let tasks: Vec<_> = (0..10)
        .map(|seed| {
            let store = store.clone();
            tokio::spawn(async move { store.sign_up(&person(seed, "ann@example.org")).await.unwrap() })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += usize::from(task.await.unwrap() == SignedUp::Created);
    }
    assert_eq!(created, 1);
}

#[tokio::test]
async fn a_set_up_link_works_once_and_only_the_newest() {
    let store = memory().await;
    store.replace_set_up_link("old", at(1)).await.unwrap();
    store.replace_set_up_link("new", at(2)).await.unwrap();
    let ann = person(1, "ann@example.org");
    store.invite("other", at(0), at(10)).await.unwrap();
    for (digest, opens) in [("old", false), ("new", true), ("other", false)] {
        assert_eq!(store.is_set_up_link(digest).await.unwrap(), opens, "{digest}");
    }
    assert_eq!(store.set_up("old", &ann).await.unwrap(), SignedUp::LinkExpired);
    assert_eq!(store.set_up("new", &ann).await.unwrap(), SignedUp::Created);
    assert!(!store.is_set_up_link("new").await.unwrap());
    assert_eq!(store.set_up("new", &person(2, "ben@example.org")).await.unwrap(), SignedUp::LinkExpired);
    assert!(store.has_administrator().await.unwrap());
}

#[tokio::test]
async fn an_invitation_works_once_until_it_runs_out_or_is_revoked() {
    let store = memory().await;
    for digest in ["one", "two", "three"] {
        store.invite(digest, at(0), at(10)).await.unwrap();
    }
    assert_eq!(store.open_invitations(at(5)).await.unwrap().len(), 3);
    assert!(store.is_open_invitation("one", at(9)).await.unwrap());
    assert!(!store.is_open_invitation("one", at(10)).await.unwrap());
    assert!(!store.is_open_invitation("four", at(5)).await.unwrap());
    let ann = person(1, "ann@example.org");
    assert_eq!(store.set_up("one", &ann).await.unwrap(), SignedUp::LinkExpired);
    assert_eq!(store.sign_up_invited("one", &ann).await.unwrap(), SignedUp::Created);
    assert!(!store.is_open_invitation("one", at(5)).await.unwrap());
    let ben = person(2, "ben@example.org");
    assert_eq!(store.sign_up_invited("one", &ben).await.unwrap(), SignedUp::LinkExpired);
    store.revoke_invitation("two").await.unwrap();
    assert_eq!(store.sign_up_invited("two", &ben).await.unwrap(), SignedUp::LinkExpired);
    let late = NewAccount { created_at: at(10), ..ben.clone() };
    assert_eq!(store.sign_up_invited("three", &late).await.unwrap(), SignedUp::LinkExpired);
    assert!(store.open_invitations(at(10)).await.unwrap().is_empty());
    // Somebody who has an account already does not use up the invitation.
    assert_eq!(store.sign_up_invited("three", &person(3, "ann@example.org")).await.unwrap(), SignedUp::AddressTaken);
    assert_eq!(store.sign_up_invited("three", &ben).await.unwrap(), SignedUp::Created);
}

#[tokio::test]
async fn a_session_runs_until_it_is_ended_or_runs_out() {
    let store = memory().await;
    let ann = person(1, "ann@example.org");
    store.sign_up(&ann).await.unwrap();
    let open = async |digest: &str| store.open_session(digest, &ann.id, "hash 1", at(0), at(10)).await.unwrap();
    assert_eq!(open("phone").await, Opened::Opened);
    assert_eq!(open("laptop").await, Opened::Opened);
    let session = store.session("phone", at(9)).await.unwrap().unwrap();
    assert_eq!((session.account.id, session.expires_at), (ann.id.clone(), at(10)));
    assert!(store.session("phone", at(10)).await.unwrap().is_none());
    store.prolong_session("phone", at(20)).await.unwrap();
    assert!(store.session("phone", at(10)).await.unwrap().is_some());
    store.forget_expired(at(15)).await.unwrap();
    assert!(store.session("laptop", at(9)).await.unwrap().is_none());
    store.end_session("phone").await.unwrap();
    store.prolong_session("phone", at(90)).await.unwrap();
    assert!(store.session("phone", at(9)).await.unwrap().is_none());
    open("phone").await;
    open("laptop").await;
    store.end_sessions_of(&ann.id).await.unwrap();
    assert!(store.session("phone", at(9)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_what_the_old_one_could_open() {
    let store = memory().await;
    let ann = person(1, "ann@example.org");
    store.sign_up(&ann).await.unwrap();
    for digest in ["this", "that"] {
        store.open_session(digest, &ann.id, "hash 1", at(0), at(10)).await.unwrap();
    }
    let change = async |compared| store.change_password(&ann.id, compared, "hash 2", "this").await.unwrap();
    assert_eq!(change("wrong").await, PasswordChanged::Stale);
    assert_eq!(change("hash 1").await, PasswordChanged::Changed);
    assert!(store.session("this", at(1)).await.unwrap().is_some());
    assert!(store.session("that", at(1)).await.unwrap().is_none());
    assert_eq!(store.open_session("new", &ann.id, "hash 1", at(0), at(10)).await.unwrap(), Opened::Stale);
}

#[tokio::test]
async fn sm_26_a_change_touches_only_what_it_names() {
    let store = memory().await;
    let owner = AccountId::from_entropy([1; 16]);
    let new = meeting(1, &owner);
    let id = &new.meeting.id;
    assert_eq!(store.create_meeting(&new).await.unwrap(), Created::Created);
    assert_eq!(store.create_meeting(&new).await.unwrap(), Created::IdTaken);
    assert_eq!(store.meeting(id).await.unwrap(), Some(new.clone()));
    let change = async |change: MeetingChange| store.change_meeting(id, &change).await.unwrap().unwrap();
    let set = change(MeetingChange { password_hash: Some(Some("hash".into())), ..MeetingChange::default() }).await;
    assert_eq!((set.password_hash.as_deref(), set.meeting.settings.password_set), (Some("hash"), true));
    let title = Some(Title::parse("Round").unwrap());
    let renamed = change(MeetingChange { title, allow_guests: Some(false), ..MeetingChange::default() }).await;
    assert_eq!((renamed.meeting.settings.title.as_str(), renamed.meeting.settings.allow_guests), ("Round", false));
    assert!(renamed.meeting.settings.password_set);
    let removed = change(MeetingChange { password_hash: Some(None), ..MeetingChange::default() }).await;
    assert_eq!(removed.password_hash, None);
    store.mark_used(id, at(77)).await.unwrap();
    assert_eq!(store.meeting(id).await.unwrap().unwrap().meeting.last_used_at, Some(at(77)));
    let unknown = MeetingId::from_entropy([200; 16]);
    assert_eq!(store.change_meeting(&unknown, &MeetingChange::default()).await.unwrap(), None);
    store.mark_used(&unknown, at(1)).await.unwrap();
    assert_eq!(store.meeting(&unknown).await.unwrap(), None);
}

#[tokio::test]
async fn sm_63_every_meeting_stays_in_its_owners_list_newest_first() {
    let store = memory().await;
    let owner = AccountId::from_entropy([1; 16]);
    for seed in 1..=3 {
        store.create_meeting(&meeting(seed, &owner)).await.unwrap();
    }
    store.create_meeting(&meeting(4, &AccountId::from_entropy([2; 16]))).await.unwrap();
    store.append_chat(&meeting(2, &owner).meeting.id, &message(1, "hello")).await.unwrap();
    let listed = store.meetings_of(&owner).await.unwrap();
    let seen: Vec<_> = listed.iter().map(|card| (card.meeting.created_at.as_millis(), card.messages)).collect();
    assert_eq!(seen, [(3, 0), (2, 1), (1, 0)]);
}

#[tokio::test]
async fn a_message_sent_again_is_saved_once() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    let id = &new.meeting.id;
    store.create_meeting(&new).await.unwrap();
    let hello = message(1, "hello");
    assert_eq!(store.append_chat(id, &hello).await.unwrap(), Appended::Saved);
    let again = ChatMessage { sent_at: at(5000), ..hello.clone() };
    assert_eq!(store.append_chat(id, &again).await.unwrap(), Appended::AlreadySaved(hello.clone()));
    assert_eq!(store.newest_chat(id, 10).await.unwrap(), [hello]);
}

#[tokio::test]
async fn chat_is_read_in_pages_from_the_end() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    let id = &new.meeting.id;
    store.create_meeting(&new).await.unwrap();
    for number in 0..7 {
        store.append_chat(id, &message(number, &format!("{number}"))).await.unwrap();
    }
    let newest = store.newest_chat(id, 3).await.unwrap();
    assert_eq!(texts(&newest), ["4", "5", "6"]);
    let older = store.chat_before(id, &newest[0].id, 3).await.unwrap();
    assert_eq!(texts(&older), ["1", "2", "3"]);
    let oldest = store.chat_before(id, &older[0].id, 3).await.unwrap();
    assert_eq!(texts(&oldest), ["0"]);
    assert!(store.chat_before(id, &oldest[0].id, 3).await.unwrap().is_empty());
    assert!(store.chat_before(id, &message(99, "x").id, 3).await.unwrap().is_empty());
}

#[tokio::test]
async fn sm_72_nothing_is_written_into_a_deleted_meeting() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    let id = &new.meeting.id;
    store.create_meeting(&new).await.unwrap();
    store.append_chat(id, &message(1, "hello")).await.unwrap();
    assert!(store.delete_meeting(id).await.unwrap());
    assert!(!store.delete_meeting(id).await.unwrap());
    assert_eq!(store.append_chat(id, &message(2, "too late")).await.unwrap(), Appended::NoSuchMeeting);
    store.create_meeting(&new).await.unwrap();
    assert!(store.newest_chat(id, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_meeting_deleted_while_people_write_leaves_no_message_behind() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    let id = new.meeting.id.clone();
    store.create_meeting(&new).await.unwrap();
    let writers: Vec<_> = (0..4_u128)
        .map(|writer| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let message = message(writer * 1_000_000 + number, "hello");
                    if store.append_chat(&id, &message).await.unwrap() == Appended::NoSuchMeeting {
                        break;
                    }
                }
            })
        })
        .collect();
    while store.newest_chat(&id, 1).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    while !store.delete_meeting(&id).await.unwrap() {}
    for writer in writers {
        writer.await.unwrap();
    }
    store.create_meeting(&new).await.unwrap();
    let mut left = store.db.query("SELECT VALUE message FROM chat").await.unwrap();
    assert!(left.take::<Vec<String>>(0).unwrap().is_empty());
}

#[tokio::test]
async fn many_writers_of_one_chat_are_all_heard() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    let id = new.meeting.id.clone();
    store.create_meeting(&new).await.unwrap();
    let writers: Vec<_> = (0..8_u128)
        .map(|writer| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                for number in 0..10 {
                    let message = message(writer * 100 + number, "hello");
                    assert_eq!(store.append_chat(&id, &message).await.unwrap(), Appended::Saved);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let seen: HashSet<_> = store.newest_chat(&id, 1000).await.unwrap().into_iter().map(|message| message.id).collect();
    assert_eq!(seen.len(), 80);
}

#[tokio::test]
async fn a_folder_that_is_open_elsewhere_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("surrealkv://{}", folder.path().join("store").display());
    let _open = Store::open(&url).await.unwrap();
    let refused = Store::open(&url).await.err().unwrap();
    assert!(matches!(refused, Error::Locked(_)));
    assert!(refused.to_string().ends_with("is in use by another process"), "{refused}");
}

#[tokio::test]
async fn a_token_belongs_to_one_meeting_until_it_is_taken_back_or_the_meeting_is_deleted() {
    let store = memory().await;
    let owner = AccountId::from_entropy([1; 16]);
    let (one, other) = (meeting(1, &owner), meeting(2, &owner));
    let token = |id: &str, grant, ms| StreamToken {
        id: id.to_owned(),
        name: DisplayName::parse("Hall").unwrap(),
        grant,
        created_at: at(ms),
    };
    let (older, newer) = (token("digest-1", Grant::Publish, 1), token("digest-2", Grant::Watch, 2));
    assert!(!store.add_stream_token(&one.meeting.id, &older).await.unwrap(), "there is no such meeting");
    for new in [&one, &other] {
        store.create_meeting(new).await.unwrap();
    }
    for new in [&older, &newer] {
        assert!(store.add_stream_token(&one.meeting.id, new).await.unwrap());
    }
    assert_eq!(store.stream_tokens(&one.meeting.id).await.unwrap(), [newer.clone(), older.clone()]);
    assert_eq!(store.stream_tokens(&other.meeting.id).await.unwrap(), []);
    assert_eq!(store.stream_token("digest-1").await.unwrap(), Some((one.meeting.id.clone(), older)));
    store.revoke_stream_token(&other.meeting.id, "digest-1").await.unwrap();
    assert!(store.stream_token("digest-1").await.unwrap().is_some(), "another meeting's organiser cannot");
    store.revoke_stream_token(&one.meeting.id, "digest-1").await.unwrap();
    assert_eq!(store.stream_token("digest-1").await.unwrap(), None);
    store.delete_meeting(&one.meeting.id).await.unwrap();
    assert_eq!(store.stream_token("digest-2").await.unwrap(), None);
}
