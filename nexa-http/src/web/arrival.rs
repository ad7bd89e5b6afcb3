//! How a visitor came: by whose invitation, by which campaign and by which click of it.

use super::{cookie, visitor::asked};
use crate::desk::Desk;
use nexa_core::domain::{postback::is_click, referral::is_campaign as is_code};
use poem::{Request, http::HeaderValue};

/// The invitation that the address names, which the browser then remembers, else the one that it remembers.
pub fn invitation(request: &Request, desk: &Desk, cookies: &mut Vec<HeaderValue>) -> Option<String> {
    let named = asked("i", request).filter(|code| is_code(code));
    remembered(named, cookie::INVITATION, request, desk, cookies).filter(|code| is_code(code))
}

/// The campaign in the same way, with the click behind a colon, as the core reads it.
pub fn campaign(request: &Request, desk: &Desk, cookies: &mut Vec<HeaderValue>) -> Option<String> {
    let click = asked("click", request).filter(|click| is_click(click));
    let named = asked("c", request).filter(|code| is_code(code));
    let named = named.map(|code| click.map_or_else(|| code.clone(), |click| format!("{code}:{click}")));
    remembered(named, cookie::CAMPAIGN, request, desk, cookies).filter(|text| is_arrival(text))
}

fn is_arrival(text: &str) -> bool {
    let (code, click) = text.split_once(':').map_or((text, None), |(code, click)| (code, Some(click)));
    is_code(code) && click.is_none_or(is_click)
}

fn remembered(
    named: Option<String>,
    kept: &'static str,
    request: &Request,
    desk: &Desk,
    cookies: &mut Vec<HeaderValue>,
) -> Option<String> {
    cookies.extend(named.as_ref().and_then(|code| cookie::remember(&desk.config, kept, code)));
    named.or_else(|| cookie::read(request.headers(), kept).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cookie_holds_is_a_code_and_maybe_a_click() {
        for good in ["spring", "spring:a1", "a_b-:x.y~z"] {
            assert!(is_arrival(good), "{good}");
        }
        for wrong in ["", "abc", "spring:", "spring:a b", "spring:a:b", ":a1"] {
            assert!(!is_arrival(wrong), "{wrong}");
        }
    }
}
