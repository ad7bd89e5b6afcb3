//! The mail server, spoken to.

use crate::{Security, Settings};
use async_trait::async_trait;
use data_encoding::BASE32_NOPAD;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use nexa_core::{
    domain::{letter::Bounce, refusal::Refusal},
    ports::{
        mailer::{Mail, Mailer},
        outcome::Outcome,
    },
    world::World,
};
use std::time::Duration;

/// How long the mail server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    about: String,
    world: World,
}

impl Smtp {
    /// The mail server of these settings, if they name one. Nothing is connected yet.
    pub fn new(settings: &Settings, world: World) -> Result<Option<Self>, Refusal> {
        let bad = |setting, reason| Refusal::bad_config(setting, reason);
        let Some(host) = settings.host.clone() else { return Ok(None) };
        let from = settings.from.as_deref().and_then(|from| from.parse::<Address>().ok());
        let from = from.ok_or_else(|| bad("mail_from", "an address such as shop@example.org"))?;
        let tls = TlsParameters::new(host.clone()).map_err(|_| bad("mail_host", "not a host's name"))?;
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(tls),
            Security::StartTls => Tls::Required(tls),
            Security::None => Tls::None,
        };
        let about = format!("SMTP at {host}:{}", settings.port());
        // By name rather than by what this machine calls itself: mails go to strangers.
        let name = ClientId::Domain(from.domain().to_owned());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port())
            .tls(tls)
            .hello_name(name)
            .timeout(Some(PATIENCE));
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        Ok(Some(Self { transport: builder.build(), from, about, world }))
    }

    fn message(&self, mail: &Mail) -> Option<(Message, Envelope)> {
        let to = mail.to.expose().parse::<Address>().ok()?;
        let id = BASE32_NOPAD.encode(&self.world.bytes::<16>()).to_lowercase();
        let line = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
        let mut builder = Message::builder()
            .from(Mailbox::new(Some(line(&mail.from_name)), self.from.clone()))
            .to(Mailbox::new(None, to.clone()))
            .subject(line(&mail.subject))
            .message_id(Some(format!("<{id}@{}>", self.from.domain())));
        if let Some(reply) = mail.reply_to.as_deref().and_then(|to| to.parse::<Address>().ok()) {
            builder = builder.reply_to(Mailbox::new(None, reply));
        }
        // A stranger's Message-ID is a stranger's text.
        let plain =
            |id: &&String| id.is_ascii() && !id.contains(|c: char| c.is_whitespace() || c == '<' || c == '>');
        if let Some(id) = mail.in_reply_to.as_ref().filter(plain) {
            builder = builder.in_reply_to(format!("<{id}>")).references(format!("<{id}>"));
        }
        let mut message = builder
            .multipart(MultiPart::alternative_plain_html(
                mail.text.expose().clone(),
                mail.html.expose().clone(),
            ))
            .ok()?;
        if mail.automatic {
            let name = HeaderName::new_from_ascii_str("Auto-Submitted");
            message.headers_mut().insert_raw(HeaderValue::new(name, "auto-replied".to_owned()));
        }
        let back = (!mail.automatic).then(|| self.from.clone());
        let envelope = Envelope::new(back, vec![to]).ok()?;
        Some((message, envelope))
    }

    /// The address that mails come from.
    pub(crate) const fn from(&self) -> &Address {
        &self.from
    }

    /// Gives a mail to the server.
    pub(crate) async fn hand_over(&self, envelope: &Envelope, mail: &[u8]) -> Verdict {
        match self.transport.send_raw(envelope, mail).await {
            Ok(_) => Verdict::Taken,
            Err(error) => verdict(&error),
        }
    }
}

/// What a mail server says. No text holds the mail, its recipient or a password.
pub(crate) enum Verdict {
    /// It has the mail.
    Taken,
    /// Nobody has this address.
    Nobody(String),
    /// It does not take this mail for another reason.
    Refused(String),
    /// It takes no mail from us.
    Unwelcome(String),
    /// It cannot be reached, or not now.
    Away(String),
    /// Nobody knows whether it has the mail.
    Unclear(String),
}

/// What an error means. Its own text may quote the mail's recipient, so only codes are told.
fn verdict(error: &Error) -> Verdict {
    let answer = error.status().map(u16::from);
    match answer {
        Some(code @ (530 | 534 | 535 | 538)) => {
            Verdict::Away(format!("the mail server does not take our sign-in ({code})"))
        }
        Some(code @ 500..) => {
            let why = format!("the mail server answers {code}");
            let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            match bounce(code, &said) {
                Some(Bounce::Hard) => Verdict::Nobody(why),
                Some(Bounce::Soft) => Verdict::Refused(why),
                None => Verdict::Unwelcome(why),
            }
        }
        Some(code) => Verdict::Away(format!("the mail server puts us off ({code})")),
        None if error.is_timeout() => Verdict::Unclear("no answer in time".to_owned()),
        None if error.is_response() => Verdict::Unclear("an answer that is not SMTP".to_owned()),
        None if error.is_tls() => Verdict::Away("no trusted TLS".to_owned()),
        None if error.is_client() => Verdict::Away("the mail server cannot do what is set up".to_owned()),
        None => Verdict::Away("no connection".to_owned()),
    }
}

/// What a refusal says of the address: by its enhanced code (RFC 3463), or by its plain one where there is none. None when
/// it is about us: a block list and a missing signature say nothing of whom we write to.
fn bounce(code: u16, said: &str) -> Option<Bounce> {
    let word = said.split_whitespace().next().unwrap_or_default();
    let enhanced = word.starts_with("5.") && word.matches('.').count() == 2;
    match code {
        _ if enhanced => Bounce::of(word),
        550 | 551 | 553 => Some(Bounce::Hard),
        554 => None,
        _ => Some(Bounce::Soft),
    }
}

fn outcome(verdict: Verdict) -> Outcome<()> {
    match verdict {
        Verdict::Taken => Outcome::Done(()),
        Verdict::Nobody(why) | Verdict::Refused(why) | Verdict::Unwelcome(why) => Outcome::Rejected(why),
        Verdict::Away(why) => Outcome::Unreachable(why),
        Verdict::Unclear(why) => Outcome::Ambiguous(why),
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Outcome<()> {
        let Some((message, envelope)) = self.message(mail) else {
            return Outcome::Rejected("the mail cannot be written".to_owned());
        };
        outcome(self.hand_over(&envelope, &message.formatted()).await)
    }

    async fn check(&self) -> Outcome<String> {
        match self.transport.test_connection().await {
            Ok(true) => Outcome::Done(self.about.clone()),
            Ok(false) => Outcome::Unreachable("the mail server answers oddly".to_owned()),
            Err(error) => outcome(verdict(&error)).map(|()| self.about.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nobody_has_is_told_from_a_mail_that_is_not_liked() {
        for (code, said, expected) in [
            (550, "5.1.1 no such user", Some(Bounce::Hard)),
            (550, "5.1.10 the domain takes no mail", Some(Bounce::Hard)),
            (550, "5.2.1 mailbox disabled", Some(Bounce::Hard)),
            (552, "5.2.2 mailbox full", Some(Bounce::Soft)),
            (552, "full", Some(Bounce::Soft)),
            (554, "5.6.0 we do not like what it says", Some(Bounce::Soft)),
            (550, "5.1.8 your domain is unknown", None),
            (550, "5.7.1 we do not like your address", None),
            (550, "no such user", Some(Bounce::Hard)),
            (554, "no", None),
            (554, "", None),
        ] {
            assert_eq!(bounce(code, said), expected, "{code} {said}");
        }
    }
}
