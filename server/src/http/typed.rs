//! What was typed into a form that was refused, until the page that says so is there.
//!
//! Without scripts a refusal sends the browser back to the page of the form, with the problem in its address. The
//! text travels in a cookie: it is nobody else's business, and addresses end up in histories and logs. It is given
//! back only by a page whose address says that this form was refused.

use app::backend::Typed;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;
use http::HeaderMap;
use http::Method;
use http::StatusCode;
use http::header::LOCATION;
use http::header::SET_COOKIE;

use super::MOST_BODY;
use super::Way;
use super::cookie;
use super::known;
use super::wants_page;

/// The cookie's name.
const NAME: &str = "confab-typed";

/// How long somebody may take to correct a form and still find it after a reload, in seconds.
const LIFE: u64 = 600;

/// Browsers keep cookies of 4096 octets, name and attributes included. Whoever typed more finds empty fields.
const MOST: usize = 3500;

/// The fields that are given back. A new form's secret is not among them by forgetting.
const KEPT: [&str; 11] = [
    "text",
    "name",
    "email",
    "title",
    "capacity",
    "regular",
    "allow_guests",
    "attendees_may_start",
    "remove_password",
    "label",
    "grant",
];

/// The pair that says which form it was; no field is called so.
const FORM: &str = "form";

/// Has refused text kept by the browser, and tells a page that gives it back what it is.
pub(super) async fn give_back(mut request: Request, next: Next) -> Response {
    let secure = known::<Way>(&request).is_some_and(|way| way.secure);
    if is_form(&request) {
        return refused_or_done(request, next, secure).await;
    }
    if request.uri().query().is_some_and(|query| query.contains("__err="))
        && let Some(typed) = cookie::find(request.headers(), NAME, secure).and_then(read)
    {
        request.extensions_mut().insert(typed);
    }
    next.run(request).await
}

/// Whether a browser without scripts sent this: it wants a page.
fn is_form(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().starts_with("/api/") && wants_page(request.headers())
}

async fn refused_or_done(request: Request, next: Next, secure: bool) -> Response {
    let form = request.uri().path().to_owned();
    let had_some = cookie::find(request.headers(), NAME, secure).is_some();
    let (parts, body) = request.into_parts();
    let Ok(sent) = to_bytes(body, MOST_BODY).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let mut response = next.run(Request::from_parts(parts, Body::from(sent.clone()))).await;
    let line = if is_refused(response.headers()) {
        let typed = write(&form, &sent);
        if typed.len() <= MOST { cookie::set(NAME, &typed, secure, LIFE) } else { None }
    } else if had_some {
        cookie::set(NAME, "", secure, 0)
    } else {
        None
    };
    if let Some(line) = line {
        response.headers_mut().append(SET_COOKIE, line);
    }
    response
}

/// Whether leptos leads back to a page that tells a problem.
fn is_refused(headers: &HeaderMap) -> bool {
    headers.get(LOCATION).and_then(|location| location.to_str().ok()).is_some_and(|to| to.contains("__err="))
}

fn write(form: &str, sent: &[u8]) -> String {
    let fields = form_urlencoded::parse(sent).filter(|(name, _)| KEPT.contains(&&**name));
    form_urlencoded::Serializer::new(String::new()).append_pair(FORM, form).extend_pairs(fields).finish()
}

fn read(value: &str) -> Option<Typed> {
    let mut pairs = form_urlencoded::parse(value.as_bytes()).into_owned();
    let (_, form) = pairs.next().filter(|(name, _)| name == FORM)?;
    Some(Typed { form, fields: pairs.filter(|(name, _)| KEPT.contains(&name.as_str())).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_switches_come_back_and_secrets_do_not() {
        let sent = "title=Garden+%26+co&password=rosebud&present=a&new=b&again=b&token=c&invitation=d&regular=on";
        let typed = read(&write("/api/create-meeting", sent.as_bytes())).unwrap();
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        assert_eq!(typed.form, "/api/create-meeting");
        assert_eq!(typed.fields, [pair("title", "Garden & co"), pair("regular", "on")]);
    }

    #[test]
    fn any_text_can_be_written_into_a_cookie() {
        let sent = form_urlencoded::Serializer::new(String::new()).append_pair("name", "ä;\r\n\", 日本").finish();
        let value = write("/api/rename", sent.as_bytes());
        assert!(cookie::set(NAME, &value, true, LIFE).is_some());
        assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-._+%=&".contains(&b)), "{value}");
        assert_eq!(read(&value).unwrap().fields[0].1, "ä;\r\n\", 日本");
    }

    #[test]
    fn what_somebody_else_put_there_is_nothing() {
        for value in ["", "x", "name=Eve", "%", "Form=/api/rename&name=Eve"] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
