//! Which mail server is used, and how.

use lettre::Address;
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use std::net::IpAddr;

/// How the way to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Security {
    /// TLS from the first byte (RFC 8314), as a rule at port 465.
    Tls,
    /// TLS before anything that matters (RFC 3207), as a rule at port 587.
    #[default]
    StartTls,
    /// None: only for a server on this machine.
    None,
}

/// All settings. Without a host there is no mail.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The mail server's name or address.
    pub host: Option<String>,
    /// Its port; by its security when not given.
    pub port: Option<u16>,
    /// The name to sign in with, if it wants one.
    pub user: Option<String>,
    /// The password to that.
    pub password: Option<Secret<String>>,
    /// The address that mails come from.
    pub from: Option<String>,
    /// How the way is protected.
    pub security: Security,
}

/// The names of all settings, as they are set one by one; in a file they stand in the block `[mail]` without `mail_`.
pub const NAMES: [&str; 6] =
    ["mail_host", "mail_port", "mail_user", "mail_password", "mail_from", "mail_security"];

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::bad_config(setting, reason)
}

impl Settings {
    /// Sets what `name` names; false when that is no setting of mail.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "mail_host" => self.host = Some(value.to_owned()).filter(|host| !host.is_empty()),
            "mail_port" => {
                let port = value.parse().ok().filter(|port| *port != 0);
                self.port = Some(port.ok_or(bad("mail_port", "a port such as 587"))?);
            }
            "mail_user" => self.user = Some(value.to_owned()),
            "mail_password" => self.password = Some(Secret::new(value.to_owned())),
            "mail_from" => self.from = Some(value.to_owned()),
            "mail_security" => {
                self.security = match value {
                    "tls" => Security::Tls,
                    "starttls" => Security::StartTls,
                    "none" => Security::None,
                    _ => return Err(bad("mail_security", "tls, starttls or none")),
                };
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Refuses settings that cannot work, or that would show codes and passwords to the way.
    pub fn checked(self) -> Result<Self, Refusal> {
        let Some(host) = &self.host else { return Ok(self) };
        let from =
            self.from.as_deref().ok_or(bad("mail_from", "is needed: the address that mails come from"))?;
        from.parse::<Address>().map_err(|_| bad("mail_from", "an address such as shop@example.org"))?;
        if self.user.is_some() != self.password.is_some() {
            return Err(bad("mail_password", "user and password go together"));
        }
        let own = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.security == Security::None && !own {
            return Err(bad("mail_security", "none is only for a server on this machine"));
        }
        Ok(self)
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::None => 25,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(all: &[(&str, &str)]) -> Result<Settings, Refusal> {
        let mut settings = Settings::default();
        for (name, value) in all {
            assert!(settings.set(name, value)?, "{name}");
        }
        settings.checked()
    }

    fn refused(all: &[(&str, &str)]) -> String {
        match settings(all) {
            Err(Refusal::BadConfig { setting, .. }) => setting.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    const FROM: (&str, &str) = ("mail_from", "shop@example.org");

    #[test]
    fn ports_follow_the_security() {
        let host = ("mail_host", "mail.example.org");
        assert_eq!(settings(&[host, FROM]).unwrap().port(), 587);
        assert_eq!(settings(&[host, FROM, ("mail_security", "tls")]).unwrap().port(), 465);
        assert_eq!(settings(&[host, FROM, ("mail_port", "2525")]).unwrap().port(), 2525);
        assert!(settings(&[]).unwrap().host.is_none());
    }

    #[test]
    fn what_cannot_work_or_is_open_to_the_way_is_refused() {
        let host = ("mail_host", "mail.example.org");
        assert_eq!(refused(&[host]), "mail_from");
        assert_eq!(refused(&[host, ("mail_from", "shop")]), "mail_from");
        assert_eq!(refused(&[host, ("mail_from", "a@b.example\r\nBcc: c@d.example")]), "mail_from");
        assert_eq!(refused(&[host, FROM, ("mail_user", "shop")]), "mail_password");
        assert_eq!(refused(&[host, FROM, ("mail_security", "none")]), "mail_security");
        assert_eq!(
            refused(&[("mail_host", "127.0.0.1.example.org"), FROM, ("mail_security", "none")]),
            "mail_security"
        );
        assert_eq!(refused(&[("mail_security", "ssl")]), "mail_security");
        assert_eq!(refused(&[("mail_port", "0")]), "mail_port");
        assert!(settings(&[("mail_host", "127.0.0.1"), FROM, ("mail_security", "none")]).is_ok());
        assert!(!Settings::default().set("node_port", "1").unwrap());
    }

    #[test]
    fn a_password_is_not_printed() {
        let host = ("mail_host", "mail.example.org");
        let held = settings(&[host, FROM, ("mail_user", "shop"), ("mail_password", "very-secret")]).unwrap();
        assert!(!format!("{held:?}").contains("very-secret"));
    }
}
