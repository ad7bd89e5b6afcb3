//! A mail server that keeps what it is given, and can be told to fail.

use async_trait::async_trait;
use nexa_core::ports::{
    mailer::{Mail, Mailer},
    outcome::Outcome,
};
use std::sync::{Arc, Mutex, PoisonError};

/// All mailboxes of the world. Clones share them.
#[derive(Clone, Default)]
pub struct Mailbox {
    mails: Arc<Mutex<Vec<Mail>>>,
    down: Arc<Mutex<bool>>,
}

impl Mailbox {
    /// How many mails came to an address.
    pub fn count(&self, address: &str) -> usize {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        mails.iter().filter(|mail| mail.to.expose() == address).count()
    }

    /// The code in the newest mail to an address.
    pub fn code(&self, address: &str) -> String {
        let text = self.newest(address);
        let code = text.lines().find(|line| line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit()));
        code.expect("a code on a line of its own").to_owned()
    }

    /// The token of the link in the newest mail to an address.
    pub fn token(&self, address: &str) -> String {
        let text = self.newest(address);
        let link = text.lines().find(|line| line.contains("/sign-in/mail/")).expect("a link");
        link.rsplit('/').next().expect("a token").to_owned()
    }

    /// What the newest mail to an address says.
    pub fn newest(&self, address: &str) -> String {
        let mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = mails.iter().rev().find(|mail| mail.to.expose() == address);
        newest.expect("a mail").text.expose().clone()
    }

    /// Whether the mail server answers.
    pub fn set_down(&self, down: bool) {
        *self.down.lock().unwrap_or_else(PoisonError::into_inner) = down;
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Outcome<()> {
        if *self.down.lock().unwrap_or_else(PoisonError::into_inner) {
            return Outcome::Unreachable("switched off".to_owned());
        }
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Outcome::Done(())
    }

    async fn check(&self) -> Outcome<String> {
        Outcome::Done("a mailbox in memory".to_owned())
    }
}
