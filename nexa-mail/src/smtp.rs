//! The mail server, spoken to.

use crate::{Security, Settings};
use async_trait::async_trait;
use data_encoding::BASE32_NOPAD;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use nexa_core::{
    domain::refusal::Refusal,
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
        let bad = |setting, reason| Refusal::BadConfig { setting, reason };
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

    fn message(&self, mail: &Mail) -> Option<Message> {
        let to = mail.to.expose().parse::<Address>().ok()?;
        let id = BASE32_NOPAD.encode(&self.world.bytes::<16>()).to_lowercase();
        let line = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
        let message = Message::builder()
            .from(Mailbox::new(Some(line(&mail.from_name)), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(line(&mail.subject))
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            .multipart(MultiPart::alternative_plain_html(
                mail.text.expose().clone(),
                mail.html.expose().clone(),
            ));
        message.ok()
    }
}

/// What an error means. Its own text may quote the mail's recipient, so only codes are told.
fn outcome<T>(error: &Error) -> Outcome<T> {
    let answer = error.status().map(u16::from);
    match answer {
        Some(code @ (530 | 534 | 535 | 538)) => {
            Outcome::Unreachable(format!("the mail server does not take our sign-in ({code})"))
        }
        Some(code @ 500..) => Outcome::Rejected(format!("the mail server answers {code}")),
        Some(code) => Outcome::Unreachable(format!("the mail server puts us off ({code})")),
        None if error.is_timeout() => Outcome::Ambiguous("no answer in time".to_owned()),
        None if error.is_response() => Outcome::Ambiguous("an answer that is not SMTP".to_owned()),
        None if error.is_tls() => Outcome::Unreachable("no trusted TLS".to_owned()),
        None if error.is_client() => {
            Outcome::Unreachable("the mail server cannot do what is set up".to_owned())
        }
        None => Outcome::Unreachable("no connection".to_owned()),
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Outcome<()> {
        let Some(message) = self.message(mail) else {
            return Outcome::Rejected("the mail cannot be written".to_owned());
        };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Done(()),
            Err(error) => outcome(&error),
        }
    }

    async fn check(&self) -> Outcome<String> {
        match self.transport.test_connection().await {
            Ok(true) => Outcome::Done(self.about.clone()),
            Ok(false) => Outcome::Unreachable("the mail server answers oddly".to_owned()),
            Err(error) => outcome(&error),
        }
    }
}
