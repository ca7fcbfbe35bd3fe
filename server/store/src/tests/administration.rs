//! What administrators decide about accounts, and links for new passwords.

use domain::AccountId;
use domain::text::DisplayName;

use super::at;
use super::meeting;
use super::memory;
use super::message;
use super::person;
use crate::Store;
use crate::accounts::NewAccount;
use crate::accounts::SignedUp;
use crate::administration::Decided;

/// A store with an administrator and others, by the addresses of all.
async fn house(others: &[&str]) -> (Store, AccountId) {
    let store = memory().await;
    store.replace_set_up_link("set up", at(0)).await.unwrap();
    let root = NewAccount { name: DisplayName::parse("Root").unwrap(), ..person(100, "root@example.org") };
    assert_eq!(store.set_up("set up", &root).await.unwrap(), SignedUp::Created);
    for (seed, email) in (1..).zip(others) {
        assert_eq!(store.sign_up(&person(seed, email)).await.unwrap(), SignedUp::Created);
    }
    (store, root.id)
}

#[tokio::test]
async fn people_are_found_by_their_name_or_address_a_page_at_a_time() {
    let (store, _) = house(&["carl@example.org", "ann@example.org", "ben@elsewhere.org"]).await;
    let named = NewAccount { name: DisplayName::parse("ANTON").unwrap(), ..person(9, "zed@example.org") };
    store.sign_up(&named).await.unwrap();
    let found = async |search: &str, skipped, most| -> Vec<String> {
        let people = store.people(search, skipped, most).await.unwrap();
        people.into_iter().map(|person| person.account.email.to_string()).collect()
    };
    let all = ["ann@example.org", "ben@elsewhere.org", "carl@example.org", "zed@example.org", "root@example.org"];
    assert_eq!(found("", 0, 10).await, all);
    assert_eq!(found("", 1, 2).await, all[1..3]);
    assert_eq!(found("Elsewhere", 0, 10).await, ["ben@elsewhere.org"]);
    assert_eq!(found("anton", 0, 10).await, ["zed@example.org"]);
    assert!(found("%", 0, 10).await.is_empty());
    let root = &store.people("root", 0, 1).await.unwrap()[0];
    assert!(root.account.administrator && root.created_at == at(1));
}

#[tokio::test]
async fn a_link_for_a_new_password_works_once_until_it_runs_out_or_a_newer_one_is_made() {
    let (store, _) = house(&["ann@example.org", "ben@example.org"]).await;
    let [ann, ben] = [person(1, "ann@example.org"), person(2, "ben@example.org")];
    let make = async |digest: &str, of: &NewAccount| {
        assert!(store.replace_password_link(digest, &of.id, at(0), at(10)).await.unwrap());
    };
    let opens = async |digest: &str, now| store.password_link(digest, at(now)).await.unwrap().map(|account| account.id);
    make("old", &ann).await;
    make("new", &ann).await;
    make("ben", &ben).await;
    assert_eq!(opens("old", 1).await, None);
    assert_eq!(opens("new", 9).await, Some(ann.id.clone()));
    assert_eq!(opens("new", 10).await, None);
    // It is good for nothing else, and nothing else is good for it.
    store.invite("invitation", at(0), at(10)).await.unwrap();
    assert_eq!(opens("invitation", 1).await, None);
    assert!(!store.is_open_invitation("new", at(1)).await.unwrap() && !store.is_set_up_link("new").await.unwrap());
    store.revoke_invitation("new").await.unwrap();
    assert_eq!(store.sign_up_invited("new", &person(3, "eve@example.org")).await.unwrap(), SignedUp::LinkExpired);
    store.open_session("phone", &ann.id, "hash 1", at(0), at(10)).await.unwrap();
    store.open_session("ben", &ben.id, "hash 2", at(0), at(10)).await.unwrap();
    let choose = async |digest: &str, now| {
        store.choose_password(digest, "hash of the new one", at(now)).await.unwrap().map(|account| account.id)
    };
    for (digest, now) in [("old", 1), ("new", 10), ("invitation", 1), ("nothing", 1)] {
        assert_eq!(choose(digest, now).await, None, "{digest}");
    }
    assert!(store.session("phone", at(1)).await.unwrap().is_some());
    assert_eq!(choose("new", 9).await, Some(ann.id.clone()));
    assert_eq!(choose("new", 9).await, None);
    assert_eq!(opens("new", 1).await, None);
    assert_eq!(store.credentials(&ann.email).await.unwrap().unwrap().password_hash, "hash of the new one");
    assert!(store.session("phone", at(1)).await.unwrap().is_none());
    assert!(store.session("ben", at(1)).await.unwrap().is_some());
    assert_eq!(opens("ben", 1).await, Some(ben.id));
    let nobody = AccountId::from_entropy([50; 16]);
    assert!(!store.replace_password_link("nobody", &nobody, at(0), at(10)).await.unwrap());
}

#[tokio::test]
async fn of_many_uses_of_one_link_for_a_new_password_at_a_time_one_succeeds() {
    let (store, _) = house(&["ann@example.org"]).await;
    store.replace_password_link("link", &person(1, "ann@example.org").id, at(0), at(10)).await.unwrap();
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store.choose_password("link", &format!("hash {number}"), at(1)).await.unwrap().is_some()
            })
        })
        .collect();
    let mut chosen = 0;
    for task in tasks {
        chosen += usize::from(task.await.unwrap());
    }
    assert_eq!(chosen, 1);
}

#[tokio::test]
async fn somebody_always_administers_the_server() {
    let (store, root) = house(&["ann@example.org"]).await;
    let ann = person(1, "ann@example.org").id;
    assert_eq!(store.set_administrator(&root, false).await.unwrap(), Decided::LastAdministrator);
    assert_eq!(store.delete_account(&root).await.unwrap(), Decided::LastAdministrator);
    assert_eq!(store.set_administrator(&ann, true).await.unwrap(), Decided::Done);
    assert_eq!(store.set_administrator(&root, false).await.unwrap(), Decided::Done);
    assert_eq!(store.delete_account(&ann).await.unwrap(), Decided::LastAdministrator);
    assert_eq!(store.set_administrator(&root, true).await.unwrap(), Decided::Done);
    let nobody = AccountId::from_entropy([50; 16]);
    assert_eq!(store.set_administrator(&nobody, true).await.unwrap(), Decided::NoSuchAccount);
    assert_eq!(store.delete_account(&nobody).await.unwrap(), Decided::NoSuchAccount);
    // Two who take each other's rights at the same moment.
    let tasks = [(ann, false), (root, true)].map(|(id, deletes)| {
        let store = store.clone();
        tokio::spawn(async move {
            let decided =
                if deletes { store.delete_account(&id).await } else { store.set_administrator(&id, false).await };
            decided.unwrap()
        })
    });
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap() == Decided::Done);
    }
    assert_eq!(done, 1);
    assert!(store.has_administrator().await.unwrap());
}

#[tokio::test]
async fn with_an_account_go_its_sessions_links_and_meetings_and_nobody_elses() {
    let (store, root) = house(&["ann@example.org"]).await;
    let ann = person(1, "ann@example.org");
    store.open_session("phone", &ann.id, "hash 1", at(0), at(10)).await.unwrap();
    store.replace_password_link("link", &ann.id, at(0), at(10)).await.unwrap();
    let (hers, other) = (meeting(1, &ann.id), meeting(2, &root));
    for new in [&hers, &other] {
        store.create_meeting(new).await.unwrap();
        store.append_chat(&new.meeting.id, &message(1, "hello")).await.unwrap();
    }
    assert_eq!(store.people("ann", 0, 1).await.unwrap()[0].meetings, 1);
    assert_eq!(store.delete_account(&ann.id).await.unwrap(), Decided::Done);
    assert!(store.session("phone", at(1)).await.unwrap().is_none());
    assert!(store.password_link("link", at(1)).await.unwrap().is_none());
    assert!(store.credentials(&ann.email).await.unwrap().is_none());
    assert_eq!(store.delete_meetings_of(&ann.id).await.unwrap(), std::slice::from_ref(&hers.meeting.id));
    assert_eq!(store.meeting(&hers.meeting.id).await.unwrap(), None);
    assert_eq!(store.newest_chat(&other.meeting.id, 10).await.unwrap().len(), 1);
    // The address is free again.
    assert_eq!(store.sign_up(&person(7, "ann@example.org")).await.unwrap(), SignedUp::Created);
}

#[tokio::test]
async fn the_deletion_of_an_account_that_was_broken_off_is_finished_at_the_next_start() {
    let (store, root) = house(&["ann@example.org"]).await;
    let ann = person(1, "ann@example.org").id;
    let (hers, other) = (meeting(1, &ann), meeting(2, &root));
    for new in [&hers, &other] {
        store.create_meeting(new).await.unwrap();
    }
    store.delete_account(&ann).await.unwrap();
    store.finish_account_deletions().await.unwrap();
    assert_eq!(store.meeting(&hers.meeting.id).await.unwrap(), None);
    assert!(store.meeting(&other.meeting.id).await.unwrap().is_some());
    let mut left = store.db.query("SELECT VALUE record::id(id) FROM deleted_account").await.unwrap();
    assert!(left.take::<Vec<String>>(0).unwrap().is_empty());
}
