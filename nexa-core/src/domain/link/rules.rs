//! Which form of a link a client gets: an ordered table of rules, first match wins.
//!
//! Order matters: clients that name others to be taken for them come first, apps before browsers. The names are what
//! peers test for (HiddifyPanel `hutils/flask.py`, Marzban `app/routers/subscription.py`, Remnawave's response rules).
//! An operator may replace the table; that browsers get the page and strangers base64 stands behind it and stays.

use crate::domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// A form of a link's answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Share links, base64: what most clients expect. The frontend wraps them.
    Base64,
    /// Share links, a line each.
    Plain,
    /// A sing-box configuration.
    SingBox,
    /// A Clash Meta configuration.
    Clash,
    /// The Shadowsocks servers, as SIP008 says.
    Sip008,
    /// Xray configurations, a list of whole documents.
    Xray,
    /// A WireGuard configuration.
    #[serde(rename = "wireguard")]
    WireGuard,
    /// The page for people: only the status, no document.
    Page,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 8] = [
        Self::Base64,
        Self::Plain,
        Self::SingBox,
        Self::Clash,
        Self::Sip008,
        Self::Xray,
        Self::WireGuard,
        Self::Page,
    ];

    /// Its name, as the suffix of a link and in rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Plain => "plain",
            Self::SingBox => "sing-box",
            Self::Clash => "clash",
            Self::Sip008 => "sip008",
            Self::Xray => "xray",
            Self::WireGuard => "wireguard",
            Self::Page => "page",
        }
    }

    /// The form of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// How a header is compared; letters count the same in either case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The value stands somewhere in the header.
    Contains,
    /// The header is the value.
    Equals,
    /// The header begins with the value.
    StartsWith,
    /// The value is `name/version`, and the header has `name/` with this version or a newer one behind it.
    VersionAtLeast,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// The request header, lower-case.
    pub header: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub value: String,
    /// The form that such a client gets.
    pub form: Form,
    /// Response headers that it gets besides, of [`EXTRA_HEADERS`].
    #[serde(default)]
    pub headers: Vec<(String, String)>,
}

/// Most rules of a shop.
pub const MOST_RULES: usize = 100;
/// Most bytes of a rule's value and of each header that it adds.
pub const MOST_BYTES: usize = 200;
/// Response headers that a rule may add: what client apps read and no browser acts on (hiddify.com, "URL Scheme";
/// happ.su, "meta-info"; 3x-ui `internal/sub/controller.go`).
pub const EXTRA_HEADERS: [&str; 11] = [
    "announce",
    "announce-url",
    "dns",
    "enable-fragment",
    "enable-warp",
    "hide-settings",
    "profile-update-interval",
    "routing",
    "routing-enable",
    "subscription-refill-date",
    "support-url",
];

/// A shop's table, ready to be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    rules: Vec<Rule>,
}

impl Rules {
    /// The table; refuses one that is too long or could harm.
    pub fn new(mut rules: Vec<Rule>) -> Result<Self, Refusal> {
        if rules.len() > MOST_RULES {
            return Err(Refusal::bad_input("rules", "at most 100"));
        }
        for rule in &mut rules {
            rule.header = rule.header.to_ascii_lowercase();
            rule.value = rule.value.to_lowercase();
            for (name, _) in &mut rule.headers {
                *name = name.to_ascii_lowercase();
            }
            rule.check()?;
        }
        Ok(Self { rules })
    }

    /// What is used until an operator sets something else.
    #[must_use]
    pub fn standard() -> Self {
        Self { rules: standard() }
    }

    /// The rules, as they are compared.
    #[must_use]
    pub fn list(&self) -> &[Rule] {
        &self.rules
    }

    /// The form for a client with these headers (names in lower case), and what the rule adds.
    #[must_use]
    pub fn choose(&self, headers: &[(String, String)]) -> (Form, &[(String, String)]) {
        let mut known = Vec::new();
        for rule in &self.rules {
            if rule.fits(lower(&mut known, headers, &rule.header)) {
                return (rule.form, &rule.headers);
            }
        }
        let browser = lower(&mut known, headers, "accept").contains("text/html")
            || lower(&mut known, headers, "user-agent").contains("mozilla");
        (if browser { Form::Page } else { Form::Base64 }, &[])
    }
}

/// A header in lower case, looked up once.
fn lower<'a>(known: &'a mut Vec<(String, String)>, headers: &[(String, String)], name: &str) -> &'a str {
    let at = known.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
        known.push((name.to_owned(), header(headers, name).to_lowercase()));
        known.len() - 1
    });
    known.get(at).map_or("", |(_, value)| value)
}

/// The first header of this name; empty when there is none.
#[must_use]
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

impl Rule {
    fn fits(&self, text: &str) -> bool {
        match self.operator {
            Operator::Contains => text.contains(&self.value),
            Operator::Equals => text == self.value,
            Operator::StartsWith => text.starts_with(&self.value),
            Operator::VersionAtLeast => self.value.split_once('/').is_some_and(|(name, least)| {
                let found = text.find(&format!("{name}/")).and_then(|at| text.get(at + name.len() + 1..));
                found
                    .and_then(version)
                    .is_some_and(|found| version(least).is_some_and(|least| found >= least))
            }),
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let token = |name: &str| {
            !name.is_empty()
                && name.len() <= 64
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        // What identifies people is no matter of form.
        let secret =
            matches!(self.header.as_str(), "authorization" | "cookie" | "x-hwid" | "x-forwarded-for");
        if !token(&self.header) || secret {
            return Err(Refusal::bad_input("header", "the name of a request header, e.g. user-agent"));
        }
        if self.value.is_empty() || self.value.len() > MOST_BYTES {
            return Err(Refusal::bad_input("value", "1 to 200 bytes"));
        }
        let versioned =
            || self.value.split_once('/').is_some_and(|(n, v)| !n.is_empty() && version(v).is_some());
        if self.operator == Operator::VersionAtLeast && !versioned() {
            return Err(Refusal::bad_input("value", "a name and a version, e.g. v2rayng/1.8.29"));
        }
        let printable =
            |value: &str| value.len() <= MOST_BYTES && value.bytes().all(|b| (0x20..0x7f).contains(&b));
        let allowed =
            |(name, value): &(String, String)| EXTRA_HEADERS.contains(&name.as_str()) && printable(value);
        if self.headers.len() > EXTRA_HEADERS.len() || !self.headers.iter().all(allowed) {
            return Err(Refusal::bad_input(
                "headers",
                "only headers that client apps read, in printable ASCII",
            ));
        }
        Ok(())
    }
}

/// Up to four numbers with dots between them, at the beginning of the text.
fn version(text: &str) -> Option<[u32; 4]> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let digits = text.get(..end)?.trim_end_matches('.');
    let mut parts = [0; 4];
    let mut any = false;
    for (place, part) in parts.iter_mut().zip(digits.split('.')) {
        *place = part.parse().ok()?;
        any = true;
    }
    any.then_some(parts)
}

/// A word in the User-Agent and the form that it asks for.
const STANDARD: [(&str, Form); 26] = [
    // Calls itself "like ClashMeta v2ray sing-box", so it stands before all of them.
    ("hiddify", Form::SingBox),
    ("clash-verge", Form::Clash),
    ("clash.meta", Form::Clash),
    ("clashmeta", Form::Clash),
    ("clashx", Form::Clash),
    ("flclash", Form::Clash),
    ("mihomo", Form::Clash),
    ("koala-clash", Form::Clash),
    ("nekobox", Form::Clash),
    ("nekoray", Form::Clash),
    ("pharos", Form::Clash),
    ("stash", Form::Clash),
    ("clash", Form::Clash),
    ("sing-box", Form::SingBox),
    ("karing", Form::SingBox),
    ("sfi/", Form::SingBox),
    ("sfa/", Form::SingBox),
    ("sfm/", Form::SingBox),
    ("sft/", Form::SingBox),
    ("dart", Form::SingBox),
    ("v2ray", Form::Base64),
    ("shadowrocket", Form::Base64),
    ("streisand", Form::Base64),
    ("happ/", Form::Base64),
    ("outline", Form::Sip008),
    ("shadowsocks", Form::Sip008),
];

fn standard() -> Vec<Rule> {
    let rule = |(value, form): &(&str, Form)| Rule {
        header: "user-agent".to_owned(),
        operator: Operator::Contains,
        value: (*value).to_owned(),
        form: *form,
        headers: Vec::new(),
    };
    STANDARD.iter().map(rule).collect()
}

#[cfg(test)]
mod tests;
