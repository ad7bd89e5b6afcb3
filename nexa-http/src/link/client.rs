//! What a request says of the client: the headers that the core chooses by, and the system that a person sits at.

use nexa_core::apps::System;
use nexa_core::domain::link::rules::{Rules, header};
use nexa_core::frontdesk::LinkForm;
use poem::{Request, http::header as name};
use std::sync::LazyLock;

/// The headers of a request for the core, names in lower case. Credentials are none of its business here.
#[must_use]
pub fn told(request: &Request) -> Vec<(String, String)> {
    let all = request.headers().iter().filter(|(n, _)| **n != name::AUTHORIZATION && **n != name::COOKIE);
    let text = all.filter_map(|(n, value)| Some((n.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)));
    text.map(|(n, value)| (n.to_owned(), value.to_owned())).collect()
}

/// Whether a person looks, as far as it can be told without knowing the shop.
#[must_use]
pub fn is_browser(headers: &[(String, String)]) -> bool {
    static STANDARD: LazyLock<Rules> = LazyLock::new(Rules::standard);
    STANDARD.choose(headers).0 == LinkForm::Page
}

/// The system that a browser runs on, by its User-Agent. An iPad that poses as a Mac is taken for one.
#[must_use]
pub fn system(headers: &[(String, String)]) -> Option<System> {
    let agent = header(headers, "user-agent").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| agent.contains(word));
    Some(match () {
        () if has(&["android"]) => System::Android,
        () if has(&["iphone", "ipad", "ipod"]) => System::Ios,
        () if has(&["windows"]) => System::Windows,
        () if has(&["macintosh", "mac os x"]) => System::MacOs,
        () if has(&["linux", "x11"]) => System::Linux,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(text: &str) -> Vec<(String, String)> {
        vec![("user-agent".to_owned(), text.to_owned())]
    }

    #[test]
    fn systems_are_told_apart() {
        for (text, found) in [
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36", Some(System::Android)),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)", Some(System::Ios)),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", Some(System::Windows)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", Some(System::MacOs)),
            ("Mozilla/5.0 (X11; Linux x86_64)", Some(System::Linux)),
            ("", None),
        ] {
            assert_eq!(system(&agent(text)), found, "{text}");
        }
    }

    #[test]
    fn apps_are_no_browsers() {
        assert!(is_browser(&agent("Mozilla/5.0 (X11; Linux x86_64)")));
        assert!(!is_browser(&agent("v2rayNG/1.9.5")) && !is_browser(&[]));
    }

    #[test]
    fn credentials_stay_out() {
        let request = Request::builder().header("authorization", "Bearer x").header("cookie", "a=b");
        let request = request.header("X-HWID", "12345678").finish();
        assert_eq!(told(&request), [("x-hwid".to_owned(), "12345678".to_owned())]);
    }
}
