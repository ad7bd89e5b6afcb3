//! Addresses of panels and deadlines as somebody typed them, checked before anything is called.

use nexa_core::{
    address::outbound::{Place, place},
    domain::refusal::Refusal,
};
use std::time::Duration;
use url::{Host, Url};

/// The usual deadline of one call, in seconds.
const DEADLINE: u64 = 90;

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

/// Reads `text`: https to a public host; elsewhere with `allow_private` only, and http to this very machine only. The query
/// and the fragment go. `setting` is what the refusal calls it.
pub fn panel(setting: &'static str, text: &str, allow_private: bool) -> Result<Url, Refusal> {
    let mut url = Url::parse(text.trim()).map_err(|_| bad(setting, "not an absolute address"))?;
    let host = url.host().ok_or(bad(setting, "has no host"))?;
    if let Host::Domain(name) = &host
        && is_placeholder(name)
    {
        return Err(Refusal::PlaceholderKey);
    }
    let place = place(&host);
    if place != Place::Public && !allow_private {
        return Err(bad(setting, "a private address; set allow_private if that is meant"));
    }
    match url.scheme() {
        "https" => {}
        "http" if place == Place::Loopback && allow_private => {}
        _ => return Err(bad(setting, "must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(setting, "must not contain a user or password"));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

/// The setting `deadline_seconds`: 3 to 180, 90 when it is left out.
pub const fn deadline(seconds: Option<u64>) -> Result<Duration, Refusal> {
    match seconds {
        None => Ok(Duration::from_secs(DEADLINE)),
        Some(seconds @ 3..=180) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err(bad("deadline_seconds", "must be 3 to 180")),
    }
}

fn is_placeholder(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let reserved = ["example.com", "example.org", "example.net", "example"];
    reserved.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || ["your-domain", "yourdomain", "your_domain"].iter().any(|part| host.contains(part))
}
