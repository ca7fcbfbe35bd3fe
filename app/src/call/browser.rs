//! Which browser this is, where that changes what a person has to do. Pure.

/// A family of browsers that keep what they were told about a page in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chrome, Edge and their relatives on a computer.
    Chromium,
    /// The same on Android.
    ChromiumOnAndroid,
    /// Firefox on a computer.
    Firefox,
    /// Firefox on Android.
    FirefoxOnAndroid,
    /// Safari on a Mac.
    Safari,
    /// Safari on an iPhone or iPad.
    SafariOnIos,
    /// Every other browser there: the system keeps it for them.
    OtherOnIos,
    /// Any other one.
    Unknown,
}

impl Browser {
    /// Reads the user agent. An iPad passes itself off as a Mac; `touch` tells them apart.
    pub fn of(user_agent: &str, touch: bool) -> Self {
        let has = |part: &str| user_agent.contains(part);
        let ios = has("iPhone") || has("iPad") || (has("Macintosh") && touch);
        let guest = ["CriOS/", "FxiOS/", "EdgiOS/", "OPT/", "DuckDuckGo/"].into_iter().any(has);
        let android = has("Android");
        if ios {
            // Views of pages within other programs do not call themselves Safari.
            if guest || !has("Safari/") { Self::OtherOnIos } else { Self::SafariOnIos }
        } else if has("Firefox/") {
            if android { Self::FirefoxOnAndroid } else { Self::Firefox }
        } else if has("Chrome/") {
            if android { Self::ChromiumOnAndroid } else { Self::Chromium }
        } else if has("Macintosh") && has("Safari/") {
            Self::Safari
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(user_agent: &str, touch: bool, want: Browser) {
        assert_eq!(Browser::of(user_agent, touch), want, "{user_agent}");
    }

    #[test]
    fn browsers_on_computers_are_told_apart() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let windows = format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/131.0.0.0 Safari/537.36");
        check(&windows, false, Browser::Chromium);
        // A notebook with a screen to touch.
        check(&windows, true, Browser::Chromium);
        check(&format!("{windows} Edg/131.0.0.0"), false, Browser::Chromium);
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
        check(&format!("{mac} {webkit} Chrome/131.0.0.0 Safari/537.36"), false, Browser::Chromium);
        let safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Safari/605.1.15";
        check(&format!("{mac} {safari}"), false, Browser::Safari);
        check("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", false, Browser::Firefox);
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
            false,
            Browser::Firefox,
        );
        check("", false, Browser::Unknown);
    }

    #[test]
    fn browsers_on_phones_and_tablets_are_told_apart() {
        let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)";
        check(&format!("{android} Chrome/131.0.0.0 Mobile Safari/537.36"), true, Browser::ChromiumOnAndroid);
        check("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", true, Browser::FirefoxOnAndroid);
        let webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let iphone = format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) {webkit}");
        check(&format!("{iphone} Version/18.1.1 Mobile/15E148 Safari/604.1"), true, Browser::SafariOnIos);
        check(&format!("{iphone} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1"), true, Browser::OtherOnIos);
        check(&format!("{iphone} FxiOS/133.0 Mobile/15E148 Safari/605.1.15"), true, Browser::OtherOnIos);
        check(&format!("{iphone} Mobile/15E148"), true, Browser::OtherOnIos);
        let ipad = format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit}");
        check(&format!("{ipad} Version/18.1.1 Safari/605.1.15"), true, Browser::SafariOnIos);
        check(&format!("{ipad} CriOS/131 Version/11.1.1 Safari/605.1.15"), true, Browser::OtherOnIos);
    }
}
