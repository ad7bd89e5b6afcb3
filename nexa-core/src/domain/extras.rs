//! What a subscription may have beyond time, traffic and devices, and what it came to on one server.

use super::refusal::Refusal;
// The part of `net` that knows no sockets.
use core::net::IpAddr;
use serde::{Deserialize, Serialize};

/// A set of extras: those that a plan sells, a subscription has, or a server offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// The subscription's outgoing address is bound to one of the server's addresses that nobody else has.
    pub dedicated_ip: bool,
    /// The traffic leaves from another server than it entered.
    pub multi_hop: bool,
    /// A port of the server reaches a service of the customer.
    pub port_forward: bool,
}

impl Extras {
    /// None of them.
    pub const NONE: Self = Self { dedicated_ip: false, multi_hop: false, port_forward: false };

    /// Whether there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        !self.dedicated_ip && !self.multi_hop && !self.port_forward
    }

    /// Whether all of `wanted` are among these.
    #[must_use]
    pub const fn covers(self, wanted: Self) -> bool {
        self.missing(wanted).is_none()
    }

    /// Those of `wanted` that are not among these.
    #[must_use]
    pub const fn missing(self, wanted: Self) -> Self {
        Self {
            dedicated_ip: wanted.dedicated_ip && !self.dedicated_ip,
            multi_hop: wanted.multi_hop && !self.multi_hop,
            port_forward: wanted.port_forward && !self.port_forward,
        }
    }

    /// These and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            dedicated_ip: self.dedicated_ip || other.dedicated_ip,
            multi_hop: self.multi_hop || other.multi_hop,
            port_forward: self.port_forward || other.port_forward,
        }
    }

    /// Their words in interfaces and in the database, always in the same order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let all = [
            (self.dedicated_ip, "dedicated_ip"),
            (self.multi_hop, "multi_hop"),
            (self.port_forward, "port_forward"),
        ];
        all.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect()
    }

    /// From their words, in any order; an unknown word is refused.
    pub fn from_names(names: &[String]) -> Result<Self, Refusal> {
        names.iter().try_fold(Self::NONE, |found, name| match name.as_str() {
            "dedicated_ip" => Ok(Self { dedicated_ip: true, ..found }),
            "multi_hop" => Ok(Self { multi_hop: true, ..found }),
            "port_forward" => Ok(Self { port_forward: true, ..found }),
            _ => Err(Refusal::bad_input("extras", "dedicated_ip, multi_hop or port_forward")),
        })
    }
}

/// What a grant's extras came to on one server: the document of the format `Extras`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ExtrasGiven {
    /// The address that the subscription's traffic leaves from, when it has one of its own.
    #[serde(default)]
    pub outgoing: Option<IpAddr>,
    /// How the customer opens ports of the server.
    #[serde(default)]
    pub forward: Option<ForwardAccess>,
}

/// An SSH server on which a customer opens ports: `ssh -N -R PORT:localhost:80 user@host -p port` with this password
/// makes `PORT` of the server, one between the first and the last, reach port 80 of the customer's device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardAccess {
    /// The SSH server's host name or address.
    pub host: String,
    /// The SSH server's port.
    pub port: u16,
    /// The user to sign in as there.
    pub user: String,
    /// That user's password. Not for logs.
    pub password: String,
    /// The first port that may be opened.
    pub first_port: u16,
    /// The last port that may be opened, not below the first.
    pub last_port: u16,
}

impl ExtrasGiven {
    /// Those of `wanted` that are not given any more; a second hop leaves no trace here.
    #[must_use]
    pub const fn lacks(&self, wanted: Extras) -> Extras {
        Extras {
            dedicated_ip: wanted.dedicated_ip && self.outgoing.is_none(),
            multi_hop: false,
            port_forward: wanted.port_forward && self.forward.is_none(),
        }
    }

    /// Reads a panel's document. A document that is none, and an access that could not be told to a customer safely,
    /// count as nothing: the customer is shown a command line made of it.
    #[must_use]
    pub fn read(document: &str) -> Option<Self> {
        let given: Self = serde_json::from_str(document).ok()?;
        given.forward.as_ref().is_none_or(ForwardAccess::is_plain).then_some(given)
    }
}

impl ForwardAccess {
    /// The command line that makes `remote` of the server reach `local` of the own device.
    #[must_use]
    pub fn command(&self, remote: u16, local: u16) -> String {
        let Self { host, port, user, .. } = self;
        format!("ssh -N -R {remote}:localhost:{local} {user}@{host} -p {port}")
    }

    /// Whether no part of it could be more than it says in a command line or a page.
    fn is_plain(&self) -> bool {
        let word = |text: &str, also: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
            (1..=255).contains(&text.len()) && !text.starts_with('-') && text.chars().all(fits)
        };
        let password =
            (1..=255).contains(&self.password.len()) && self.password.bytes().all(|b| b.is_ascii_graphic());
        word(&self.host, ".-:") && word(&self.user, "._-") && password && self.first_port <= self.last_port
    }
}

#[cfg(test)]
pub(crate) fn any_extras() -> impl proptest::strategy::Strategy<Value = Extras> {
    use proptest::prelude::*;
    any::<(bool, bool, bool)>().prop_map(|(dedicated_ip, multi_hop, port_forward)| Extras {
        dedicated_ip,
        multi_hop,
        port_forward,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_sets(a in any_extras(), b in any_extras()) {
            prop_assert!(a.covers(Extras::NONE) && a.covers(a));
            prop_assert_eq!(a.covers(b), a.with(b) == a);
            prop_assert_eq!(a.missing(b).is_none(), a.covers(b));
            prop_assert_eq!(a.with(a.missing(b)), a.with(b));
            prop_assert_eq!(a.with(b), b.with(a));
        }

        #[test]
        fn words_and_json_keep_them(a in any_extras()) {
            let mut names: Vec<String> = a.names().into_iter().map(str::to_owned).collect();
            names.reverse();
            prop_assert_eq!(Extras::from_names(&names), Ok(a));
            let json = serde_json::to_string(&a).unwrap();
            prop_assert_eq!(serde_json::from_str::<Extras>(&json).unwrap(), a);
        }
    }

    #[test]
    fn what_was_stored_without_them_has_none() {
        assert_eq!(serde_json::from_str::<Extras>("{}").unwrap(), Extras::NONE);
        assert_eq!(serde_json::from_str::<ExtrasGiven>("{}").unwrap(), ExtrasGiven::default());
    }

    #[test]
    fn unknown_words_are_refused() {
        assert!(Extras::from_names(&["dedicated_ip".to_owned(), "roof".to_owned()]).is_err());
    }

    fn access() -> ForwardAccess {
        ForwardAccess {
            host: "de.example".to_owned(),
            port: 2022,
            user: "u7".to_owned(),
            password: "hunter2".to_owned(),
            first_port: 20_000,
            last_port: 20_009,
        }
    }

    #[test]
    fn a_panel_cannot_make_customers_run_something_else() {
        assert_eq!(access().command(20_001, 80), "ssh -N -R 20001:localhost:80 u7@de.example -p 2022");
        let read = |access: ForwardAccess| {
            let given = ExtrasGiven { outgoing: None, forward: Some(access) };
            ExtrasGiven::read(&serde_json::to_string(&given).unwrap())
        };
        assert!(read(access()).is_some());
        assert!(read(ForwardAccess { host: "2001:db8::1".to_owned(), ..access() }).is_some());
        for host in ["", "a b", "a;reboot", "$(reboot)", "-oProxyCommand=x", "a\nb"] {
            assert_eq!(read(ForwardAccess { host: host.to_owned(), ..access() }), None, "{host}");
        }
        assert_eq!(read(ForwardAccess { user: "-l".to_owned(), ..access() }), None);
        assert_eq!(read(ForwardAccess { password: "a\u{7}".to_owned(), ..access() }), None);
        assert_eq!(read(ForwardAccess { first_port: 9, last_port: 8, ..access() }), None);
        assert_eq!(ExtrasGiven::read("}{"), None);
        assert_eq!(ExtrasGiven::read("{}"), Some(ExtrasGiven::default()));
    }

    #[test]
    fn a_password_is_not_printed() {
        let given = ExtrasGiven { outgoing: None, forward: Some(access()) };
        assert!(!format!("{given:?}").contains("hunter2"));
        assert_eq!(
            serde_json::from_str::<ExtrasGiven>(&serde_json::to_string(&given).unwrap()).unwrap(),
            given
        );
    }
}
