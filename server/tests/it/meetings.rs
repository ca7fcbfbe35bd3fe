//! Meetings over HTTP: who may do what, and what comes of it.

use serde_json::Value;

use crate::harness::Harness;

#[tokio::test]
async fn sm_19_a_title_is_all_that_a_meeting_needs() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let refused = ann.call("create-meeting", &[("title", "  "), ("password", "")]).await;
    assert_eq!((refused.status, refused.problem().as_str()), (400, "missing"));
    let id = ann.meeting("Weekly round", "").await;
    let cards: Value = ann.call("my-meetings", &[]).await.json();
    assert_eq!(cards[0]["meeting"]["id"], *id);
    assert_eq!(cards[0]["meeting"]["settings"]["title"], "Weekly round");
    assert_eq!(cards[0]["meeting"]["settings"]["password_set"], false);
}

#[tokio::test]
async fn sm_18_without_javascript_the_form_leads_back_to_the_list() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let answer = ann.post("create-meeting", &[("title", "Round"), ("password", "")], "/meetings").await;
    assert_eq!(answer.status, 302);
    assert!(answer.location().starts_with("/meetings?created="), "{}", answer.location());
}

#[tokio::test]
async fn sm_63_every_meeting_is_a_card_of_its_owner_and_of_nobody_else() {
    let server = Harness::start().await;
    let (ann, ben) = (server.account("ann").await, server.account("ben").await);
    for title in ["One", "Two"] {
        ann.meeting(title, "").await;
    }
    assert_eq!(ann.call("my-meetings", &[]).await.json::<Value>().as_array().unwrap().len(), 2);
    assert_eq!(ben.call("my-meetings", &[]).await.json::<Value>(), Value::Array(Vec::new()));
    assert_eq!(server.browser().call("my-meetings", &[]).await.problem(), "sign_in_first");
}

/// Every function that touches a meeting, asked by everybody.
#[tokio::test]
async fn tcc_2_sm_69_what_is_refused_is_refused_by_the_server() {
    let server = Harness::start().await;
    let owner = server.account("ann").await;
    let member = server.account("ben").await;
    let administrator = server.administrator().await;
    let guest = server.browser();
    let id = owner.meeting("Round", "").await;
    let options = [("id", &*id), ("title", "Taken over"), ("password", "")];
    let asks: [(&str, &[(&str, &str)]); 4] = [
        ("meeting", &[("id", &id)]),
        ("chat", &[("id", &id)]),
        ("save-options", &options),
        ("delete-meeting", &[("id", &id)]),
    ];
    for (function, fields) in asks {
        for stranger in [&member, &administrator] {
            let answer = stranger.call(function, fields).await;
            assert_eq!((answer.status, answer.problem().as_str()), (403, "not_allowed"), "{function}");
        }
        let answer = guest.call(function, fields).await;
        assert_eq!((answer.status, answer.problem().as_str()), (401, "sign_in_first"), "{function}");
    }
    for (function, fields) in asks {
        let answer = owner.call(function, fields).await;
        assert_eq!(answer.status, 200, "{function}: {answer:?}");
        assert!(!answer.text.contains("argon2"), "{answer:?}");
    }
    for (function, fields) in asks {
        assert_eq!(owner.call(function, fields).await.problem(), "no_such_meeting", "{function}");
    }
    assert_eq!(guest.call("create-meeting", &[("title", "x"), ("password", "")]).await.problem(), "sign_in_first");
}

#[tokio::test]
async fn sm_26_sm_53_settings_are_changed_at_any_time() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let id = ann.meeting("Round", "first").await;
    let save = async |fields: &[(&str, &str)]| {
        let mut all = vec![("id", &*id), ("title", "Renamed"), ("password", "")];
        all.extend(fields.iter().filter(|(name, _)| *name != "password"));
        if let Some(password) = fields.iter().find(|(name, _)| *name == "password") {
            all[2] = *password;
        }
        let answer = ann.call("save-options", &all).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json::<Value>()["settings"].clone()
    };
    let saved = save(&[("allow_guests", "on")]).await;
    assert_eq!((&saved["title"], &saved["allow_guests"]), (&"Renamed".into(), &true.into()));
    assert_eq!((&saved["attendees_may_start"], &saved["password_set"]), (&false.into(), &true.into()));
    assert_eq!(save(&[("password", "second")]).await["password_set"], true);
    let guest = server.browser();
    let check = async |password: &str| {
        guest.call("check-meeting-password", &[("id", &id), ("password", password)]).await.status
    };
    // The switch for guests is off since the last save.
    assert_eq!(check("second").await, 403);
    save(&[("allow_guests", "on")]).await;
    assert_eq!((check("first").await, check("second").await), (403, 200));
    assert_eq!(save(&[("allow_guests", "on"), ("remove_password", "on")]).await["password_set"], false);
    assert_eq!(check("anything").await, 200);
}

#[tokio::test]
async fn sm_27_sm_28_the_door_says_whether_a_password_is_asked_and_never_which() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let id = ann.meeting("Round", "open sesame").await;
    let guest = server.browser();
    let plate: Value = guest.call("doorplate", &[("id", &id)]).await.json();
    assert_eq!(
        (&plate["asks_password"], &plate["yours"], &plate["title"]),
        (&true.into(), &false.into(), &"Round".into())
    );
    let plate: Value = ann.call("doorplate", &[("id", &id)]).await.json();
    assert_eq!((&plate["asks_password"], &plate["yours"]), (&false.into(), &true.into()));
    assert_eq!(plate["your_name"], "ann");
    let wrong = guest.call("check-meeting-password", &[("id", &id), ("password", "wrong")]).await;
    assert_eq!((wrong.status, wrong.problem().as_str()), (403, "wrong_meeting_password"));
    let seen = guest.get(&format!("/c/{id}")).await.text + &guest.call("doorplate", &[("id", &id)]).await.text;
    assert!(!seen.contains("open sesame") && !seen.contains("argon2"));
}

#[tokio::test]
async fn sm_29_without_guests_a_guest_is_asked_to_sign_in() {
    let server = Harness::start().await;
    let (ann, ben) = (server.account("ann").await, server.account("ben").await);
    let id = ann.meeting("Round", "").await;
    ann.call("save-options", &[("id", &id), ("title", "Round"), ("password", "")]).await;
    assert_eq!(server.browser().call("doorplate", &[("id", &id)]).await.problem(), "no_guests");
    assert_eq!(ben.call("doorplate", &[("id", &id)]).await.status, 200);
}

#[tokio::test]
async fn tcc_4_tcc_9_an_id_or_a_pasted_link_leads_to_the_meeting() {
    let server = Harness::start().await;
    let id = server.account("ann").await.meeting("Round", "").await;
    let guest = server.browser();
    for text in [id.clone(), id.to_uppercase(), id.replace('-', ""), format!("https://meet.example.org/c/{id}#app=1")] {
        let answer = guest.post("find-meeting", &[("text", &text)], "/").await;
        assert_eq!((answer.status, answer.location()), (302, &*format!("/c/{id}")), "{text}");
    }
    assert_eq!(guest.call("find-meeting", &[("text", "zzz-zzzz-zzz")]).await.problem(), "no_such_meeting");
    assert_eq!(guest.call("find-meeting", &[("text", "hello")]).await.problem(), "bad_meeting_id");
}

#[tokio::test]
async fn sm_72_a_deleted_meeting_is_gone() {
    let server = Harness::start().await;
    let ann = server.account("ann").await;
    let id = ann.meeting("Round", "").await;
    let answer = ann.post("delete-meeting", &[("id", &id)], "/meetings").await;
    assert_eq!(answer.location(), "/meetings?deleted");
    assert_eq!(server.browser().call("doorplate", &[("id", &id)]).await.problem(), "no_such_meeting");
    assert_eq!(ann.call("my-meetings", &[]).await.json::<Value>(), Value::Array(Vec::new()));
}
