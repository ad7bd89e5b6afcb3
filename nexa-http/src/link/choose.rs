//! Which form of a link a client gets: an ordered table of rules, first match wins.
//!
//! Order matters: clients that name others to be taken for them come first, apps before browsers. The names are what peers test for
//! (HiddifyPanel `hutils/flask.py`, Marzban `app/routers/subscription.py`, Remnawave's response rules).

use nexa_core::frontdesk::LinkFormat;
use poem::http::{HeaderMap, header};

/// A form of the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Share links, base64: what most clients expect.
    Base64,
    /// Share links, a line each.
    Plain,
    /// A sing-box configuration.
    SingBox,
    /// A Clash Meta configuration.
    Clash,
    /// The Shadowsocks servers, as SIP008 says.
    Sip008,
    /// The page for people.
    Page,
}

impl Form {
    /// The form with this suffix.
    #[must_use]
    pub fn named(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "base64" => Self::Base64,
            "plain" => Self::Plain,
            "sing-box" => Self::SingBox,
            "clash" => Self::Clash,
            "sip008" => Self::Sip008,
            "page" => Self::Page,
            _ => return None,
        })
    }

    /// What to ask the core for.
    #[must_use]
    pub const fn wanted(self) -> LinkFormat {
        match self {
            Self::Base64 | Self::Plain => LinkFormat::Uris,
            Self::SingBox => LinkFormat::SingBox,
            Self::Clash => LinkFormat::Clash,
            Self::Sip008 => LinkFormat::Sip008,
            Self::Page => LinkFormat::Status,
        }
    }

    /// Its content type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Base64 | Self::Plain => "text/plain; charset=utf-8",
            Self::SingBox | Self::Sip008 => "application/json",
            Self::Clash => "text/yaml; charset=utf-8",
            Self::Page => "text/html; charset=utf-8",
        }
    }
}

/// Where a rule looks.
#[derive(Clone, Copy)]
enum In {
    Agent,
    Accept,
}

/// A word in a header, lower-case, and the form that it asks for.
const RULES: [(In, &str, Form); 28] = [
    // Calls itself "like ClashMeta v2ray sing-box", so it stands before all of them.
    (In::Agent, "hiddify", Form::SingBox),
    (In::Agent, "clash-verge", Form::Clash),
    (In::Agent, "clash.meta", Form::Clash),
    (In::Agent, "clashmeta", Form::Clash),
    (In::Agent, "clashx", Form::Clash),
    (In::Agent, "flclash", Form::Clash),
    (In::Agent, "mihomo", Form::Clash),
    (In::Agent, "koala-clash", Form::Clash),
    (In::Agent, "nekobox", Form::Clash),
    (In::Agent, "nekoray", Form::Clash),
    (In::Agent, "pharos", Form::Clash),
    (In::Agent, "stash", Form::Clash),
    (In::Agent, "clash", Form::Clash),
    (In::Agent, "sing-box", Form::SingBox),
    (In::Agent, "karing", Form::SingBox),
    (In::Agent, "sfi/", Form::SingBox),
    (In::Agent, "sfa/", Form::SingBox),
    (In::Agent, "sfm/", Form::SingBox),
    (In::Agent, "sft/", Form::SingBox),
    (In::Agent, "dart", Form::SingBox),
    (In::Agent, "v2ray", Form::Base64),
    (In::Agent, "shadowrocket", Form::Base64),
    (In::Agent, "streisand", Form::Base64),
    (In::Agent, "happ/", Form::Base64),
    (In::Agent, "outline", Form::Sip008),
    (In::Agent, "shadowsocks", Form::Sip008),
    (In::Accept, "text/html", Form::Page),
    (In::Agent, "mozilla", Form::Page),
];

/// The form for a request without a suffix.
#[must_use]
pub fn by_client(headers: &HeaderMap) -> Form {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_lowercase();
    let (agent, accept) = (text(header::USER_AGENT), text(header::ACCEPT));
    let fits = |(place, word, _): &&(In, &str, Form)| match place {
        In::Agent => agent.contains(word),
        In::Accept => accept.contains(word),
    };
    RULES.iter().find(fits).map_or(Form::Base64, |(_, _, form)| *form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(agent: &str, accept: &str) -> Form {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, agent.parse().unwrap());
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        by_client(&headers)
    }

    #[test]
    fn every_client_gets_its_own_form() {
        for (agent, form) in [
            ("HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box", Form::SingBox),
            ("v2rayNG/1.9.5", Form::Base64),
            ("v2rayN/7.0", Form::Base64),
            ("clash-verge/v2.0.0", Form::Clash),
            ("ClashMetaForAndroid/2.11", Form::Clash),
            ("SFA/1.10.0 (Build 1; sing-box 1.10.0)", Form::SingBox),
            ("Streisand/1.6", Form::Base64),
            ("Shadowrocket/2070 CFNetwork/1490", Form::Base64),
            ("Happ/1.0", Form::Base64),
            ("Shadowsocks/5.3.3 (Android 14)", Form::Sip008),
            ("ShadowsocksWindows/4.4.1", Form::Sip008),
            ("Mozilla/5.0 Outline-Client/1.15 Electron/32", Form::Sip008),
            ("curl/8", Form::Base64),
            ("", Form::Base64),
        ] {
            assert_eq!(chosen(agent, "*/*"), form, "{agent}");
        }
    }

    #[test]
    fn browsers_get_the_page() {
        let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
        assert_eq!(chosen(agent, "text/html,application/xhtml+xml"), Form::Page);
        assert_eq!(chosen(agent, "*/*"), Form::Page);
        assert_eq!(chosen("v2rayNG/1.9", "text/html"), Form::Base64, "an app is an app whatever it accepts");
    }

    #[test]
    fn suffixes_are_exact() {
        assert_eq!(Form::named("clash"), Some(Form::Clash));
        assert_eq!(Form::named("Clash"), None);
        assert_eq!(Form::named(""), None);
    }
}
