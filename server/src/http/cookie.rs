//! Cookies: how they are named, written and found again.

use http::HeaderMap;
use http::HeaderValue;
use http::header::COOKIE;

/// The line that makes the browser keep `value` for so many seconds; 0 makes it forget.
pub(super) fn set(base: &str, value: &str, secure: bool, seconds: u64) -> Option<HeaderValue> {
    let name = name(base, secure);
    let more = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{more}")).ok()
}

/// The value of the first cookie of this name.
pub(super) fn find<'a>(headers: &'a HeaderMap, base: &str, secure: bool) -> Option<&'a str> {
    let name = name(base, secure);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// With `__Host-` no subdomain and no plain page can plant the cookie (RFC 6265bis §4.1.3.2).
fn name(base: &str, secure: bool) -> String {
    if secure { format!("__Host-{base}") } else { base.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_only_under_its_whole_name() {
        let found = |line: &str, secure| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, line.parse().unwrap());
            find(&headers, "confab", secure).map(str::to_owned)
        };
        assert_eq!(found("a=b; confab=x=y; c=d", false).as_deref(), Some("x=y"));
        assert_eq!(found("__Host-confab=x", true).as_deref(), Some("x"));
        assert_eq!(found("confab=x", true), None);
        assert_eq!(found("confab-typed=x; confab", false), None);
    }
}
