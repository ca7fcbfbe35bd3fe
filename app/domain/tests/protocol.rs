//! docs/PROTOCOL.md says what the types say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong here fails the test")]

use domain::Problem;
use domain::access::Role;
use domain::meeting::MeetingPassword;
use domain::problem::Field;
use domain::text::ChatText;
use domain::text::DisplayName;
use domain::wire::ClientMessage;
use domain::wire::MAX_FRAME;
use domain::wire::MAX_SDP;
use domain::wire::MAX_WISHES;
use domain::wire::MOST_AT_ONCE;
use domain::wire::PROTOCOL;
use domain::wire::Participant;
use domain::wire::Pause;
use domain::wire::Quality;
use domain::wire::REACTIONS;
use domain::wire::ServerMessage;
use domain::wire::Source;
use domain::wire::Update;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const TEXT: &str = include_str!("../../../docs/PROTOCOL.md");

/// What the examples leave out because it is shown elsewhere.
const LEFT_OUT: [(&str, &str); 5] = [
    (
        r#""room":{…}"#,
        r#""room":{"seq":41,"settings":{"title":"Round","password_set":true,"allow_guests":true,
            "attendees_may_start":true,"regular":false,"capacity":100},"participants":[],"chat":[]}"#,
    ),
    (
        r#""participant":{…}"#,
        r#""participant":{"id":"par_…","name":"Ann","role":"owner","guest":false,"media":true,
            "publishing":{"microphone":true,"camera":false,"screen":false,"screen_audio":false},
            "hand_raised_at":1767225600250,"connected":true,"quality":"none"}"#,
    ),
    ("[…]", "[]"),
    ("par_…", "par_0123456789abcdefghjkmnpqrs"),
    ("msg_…", "msg_0123456789abcdefghjkmnpqrs"),
];

/// The names of an enum's variants on the wire.
macro_rules! names {
    ($of:ident: $($variant:ident)+) => {{
        // An enum with a further variant does not compile here.
        let _every_one = |of: &$of| match of { $($of::$variant { .. } => (),)+ };
        [$(snake_case(stringify!($variant))),+]
    }};
}

fn snake_case(variant: &str) -> String {
    let mut name = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

fn of_clients() -> Vec<String> {
    names!(ClientMessage: Hello Offer Want Publish Hand React Chat Resync Ping End Leave).to_vec()
}

fn of_the_server() -> Vec<String> {
    names!(ServerMessage: Welcome IceServers People Waiting Snapshot Event Answer Slots Send MediaLost Speakers ChatSaved
        Error Pong Bye)
    .to_vec()
}

fn of_problems() -> Vec<String> {
    names!(Problem: Missing TooLong TooShort OutOfRange Invalid BadId BadMeetingId NoSuchMeeting SignInFirst NotAllowed
        WrongCredentials WrongPresentPassword PasswordNeeded WrongMeetingPassword NoGuests SignUpClosed InvitationNeeded
        LastAdministrator LinkExpired PasswordsDiffer TooManyAttempts NoMediaSeat WrongToken NotStarted NoSuchParticipant
        Ended TakenOver SignedOut AccountDeleted BadMessage OutOfOrder Flooding BadOffer WrongProtocol Busy NotSaved
        Stopping Unreachable Failed)
    .to_vec()
}

/// Everything that is set as code: what stands between backticks on a line, and the blocks of JSON.
fn code() -> Vec<String> {
    let mut code = Vec::new();
    for (number, part) in TEXT.split("```").enumerate() {
        if number % 2 == 1 {
            code.push(part.strip_prefix("json\n").unwrap_or_else(|| panic!("no JSON: {part}")).trim().to_owned());
            continue;
        }
        for line in part.lines() {
            assert!(line.matches('`').count() % 2 == 0, "code that does not end on its line: {line}");
            code.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    code
}

/// The examples, with what they leave out.
fn examples() -> Vec<String> {
    let whole =
        |example: &String| LEFT_OUT.iter().fold(example.clone(), |text, (gap, filled)| text.replace(gap, filled));
    code().iter().filter(|code| code.starts_with("{\"")).map(whole).collect()
}

/// Reads an example as what it is, and writes that.
fn written_again(example: &str, value: &Value) -> Value {
    fn write(read: &impl Serialize) -> Value {
        serde_json::to_value(read).unwrap()
    }
    if value.get("type").is_none() {
        return write(&serde_json::from_str::<Participant>(example).unwrap_or_else(|e| panic!("{e}: {example}")));
    }
    match (ClientMessage::decode(example), serde_json::from_str::<ServerMessage>(example)) {
        (Ok(message), Err(_)) => write(&message),
        (Err(_), Ok(message)) => write(&message),
        (client, server) => panic!("{example}: {client:?}, {server:?}"),
    }
}

#[test]
fn every_example_is_read_and_nothing_in_it_is_too_much_or_missing() {
    for example in examples() {
        let value: Value = serde_json::from_str(&example).unwrap_or_else(|error| panic!("{error}: {example}"));
        assert_eq!(written_again(&example, &value), value, "{example}");
    }
}

#[test]
fn every_message_has_an_example() {
    let shown: Vec<Value> = examples().iter().map(|example| serde_json::from_str(example).unwrap()).collect();
    for name in of_clients().into_iter().chain(of_the_server()) {
        assert!(shown.iter().any(|example| example["type"] == *name), "{name}");
    }
}

/// Checks that these are names on the wire, in the field `tag` where there is one, and that they are in the text.
fn check<T: DeserializeOwned>(tag: Option<&str>, names: &[String]) {
    let code = code();
    for name in names {
        let quoted = format!("\"{name}\"");
        let message = tag.map_or(quoted.clone(), |tag| format!("{{\"{tag}\":{quoted}}}"));
        let error = serde_json::from_str::<T>(&message).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(!error.contains("unknown variant"), "{error}");
        assert!(code.iter().any(|code| code == name || code.contains(&quoted)), "{name} is not described");
    }
}

#[test]
fn every_name_on_the_wire_is_described() {
    check::<ClientMessage>(Some("type"), &of_clients());
    check::<ServerMessage>(Some("type"), &of_the_server());
    check::<Update>(Some("what"), &names!(Update: Participant Left Chat Reaction Settings));
    check::<Problem>(Some("problem"), &of_problems());
    check::<Field>(None, &names!(Field: Name Email Password Title MeetingPassword Capacity Message));
    check::<Quality>(None, &names!(Quality: None Good Fair Poor Lost));
    check::<Pause>(None, &names!(Pause: Connection Server Codec));
    check::<Source>(None, &names!(Source: Microphone Camera Screen ScreenAudio));
    check::<Role>(None, &names!(Role: Listener Speaker Moderator Owner));
}

#[test]
fn the_limits_are_those_that_hold() {
    let limits = [
        format!("This is version **{PROTOCOL}**."),
        format!("| a message | {} KiB;", MAX_FRAME / 1024),
        format!("| a session description | {} KiB,", MAX_SDP / 1024),
        format!("| wishes of one message | {MAX_WISHES} |"),
        format!("| a name | {} characters", DisplayName::MOST),
        format!("| a meeting's password | {} octets |", MeetingPassword::MOST),
        format!("| a chat message | {} {:03} characters", ChatText::MOST / 1000, ChatText::MOST % 1000),
        format!("Of more than {MOST_AT_ONCE} participants"),
        format!("one of {} |", REACTIONS.join(" ")),
    ];
    for limit in limits {
        assert!(TEXT.contains(&limit), "{limit}");
    }
}
