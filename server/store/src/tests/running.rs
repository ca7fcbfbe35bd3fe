//! Which meetings are running.

use domain::AccountId;

use super::at;
use super::meeting;
use super::memory;

#[tokio::test]
async fn a_meeting_runs_until_it_is_over_or_nobody_came_back_to_it() {
    let store = memory().await;
    let owner = AccountId::from_entropy([1; 16]);
    let [one, other, third] = [1, 2, 3].map(|seed| meeting(seed, &owner).meeting.id);
    let running = async || {
        let mut running = Vec::new();
        for id in [&one, &other, &third] {
            running.push(store.is_running(id).await.unwrap());
        }
        running
    };
    assert_eq!(running().await, [false, false, false]);
    for (id, since) in [(&one, 1), (&other, 1), (&third, 1)] {
        store.mark_running(id, at(since)).await.unwrap();
    }
    store.mark_over(&third).await.unwrap();
    store.mark_over(&third).await.unwrap();
    assert_eq!(running().await, [true, true, false]);
    // The server comes back at 10, and people to one of the two.
    store.mark_running(&other, at(10)).await.unwrap();
    store.forget_running(at(10)).await.unwrap();
    assert_eq!(running().await, [false, true, false]);
}

#[tokio::test]
async fn a_deleted_meeting_does_not_run() {
    let store = memory().await;
    let new = meeting(1, &AccountId::from_entropy([1; 16]));
    store.create_meeting(&new).await.unwrap();
    store.mark_running(&new.meeting.id, at(1)).await.unwrap();
    assert!(store.delete_meeting(&new.meeting.id).await.unwrap());
    assert!(!store.is_running(&new.meeting.id).await.unwrap());
}
