//! Secrets in memory and at rest.
//!
//! [`Keys`] hold one 32-byte master key that never enters the database or a backup. From it come a sealing key
//! (XChaCha20-Poly1305) and one look-up key per purpose (HMAC-SHA256), so that the database alone shows neither
//! panel keys nor which link or account number belongs to whom.

use crate::{error::Failure, world::World};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit, Payload},
};
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// A value that prints as `***`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps it.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Every call is a place to look at in a review.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// Types that carry a credential in clear print only their name, so that no log line can show one by mistake.
macro_rules! opaque {
    ($($place:path => $name:ident),+ $(,)?) => {$(
        impl fmt::Debug for $place {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )+};
}

opaque! {
    crate::storefront::model::SignUpRequest => SignUpRequest,
    crate::storefront::model::SignInRequest => SignInRequest,
    crate::storefront::model::SignUpView => SignUpView,
    crate::storefront::model::SessionView => SessionView,
    crate::storefront::model::TelegramProof => TelegramProof,
    crate::storefront::model::PasskeyChallengeView => PasskeyChallengeView,
    crate::storefront::model::PasskeyProof => PasskeyProof,
    crate::storefront::model::AccountNumberView => AccountNumberView,
    crate::storefront::model::TotpView => TotpView,
    crate::storefront::model::RecoveryCodesView => RecoveryCodesView,
    crate::domain::telegram::Proof<'_> => Proof,
    crate::ports::mailer::Mail => Mail,
    crate::backoffice::model::TelegramRequest => TelegramRequest,
    crate::storefront::model::ForwardView => ForwardView,
    crate::storefront::model::GuideView => GuideView,
    crate::domain::extras::ForwardAccess => ForwardAccess,
    crate::storefront::model::GiftView => GiftView,
    crate::storefront::model::GiftRequest => GiftRequest,
    crate::storefront::model::ClaimGiftRequest => ClaimGiftRequest,
    crate::storefront::model::InvitationView => InvitationView,
    crate::storefront::model::AcceptInvitationRequest => AcceptInvitationRequest,
    crate::storefront::model::PushRequest => PushRequest,
    crate::storefront::model::PushOffRequest => PushOffRequest,
    crate::frontdesk::BotView => BotView,
    crate::frontdesk::Visitor => Visitor,
    crate::backoffice::model::BotRequest => BotRequest,
    crate::backoffice::model::WebhookRequest => WebhookRequest,
    crate::backoffice::model::UpdateWebhookRequest => UpdateWebhookRequest,
    crate::backoffice::model::WebhookView => WebhookView,
    crate::backoffice::model::StaffInvitationView => StaffInvitationView,
    crate::frontdesk::ClaimView => ClaimView,
    crate::frontdesk::Remembered => Remembered,
    crate::frontdesk::LinkAnswer => LinkAnswer,
    crate::frontdesk::LinkAsk => LinkAsk,
    crate::frontdesk::LinkStatus => LinkStatus,
    crate::frontdesk::GuideAnswer => GuideAnswer,
    crate::domain::device::Claim => Claim,
    crate::ports::gateway::Callback => Callback,
    crate::ports::storage::Document => Document,
}

/// A keyed hash or digest in lower-case hex, fit for an indexed column.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(***)")
    }
}

/// What a look-up hash is for; each purpose has a key of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Account numbers, e-mail addresses, Telegram ids.
    Identity,
    /// Subscription links.
    Link,
    /// Devices.
    Device,
    /// Guides for setting up another person's device.
    Guide,
    /// Codes sent by mail.
    Code,
    /// Browsers at push services.
    Push,
    /// Passkeys.
    Passkey,
    /// Invitations.
    Invitation,
    /// Gifts.
    Gift,
    /// What mails carry back to us: whose answer it is, what is not wanted any more.
    Mail,
    /// What was done in the office.
    Deed,
    /// Where the record of that ends.
    DeedEnd,
    /// Who judged an article.
    Voter,
    /// What came over from elsewhere.
    Import,
    /// Codes of coupons that are one customer's own.
    Coupon,
    /// What backups say of themselves.
    Backup,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Identity => "nexa/identity/1",
            Self::Link => "nexa/link/1",
            Self::Device => "nexa/device/1",
            Self::Guide => "nexa/guide/1",
            Self::Code => "nexa/code/1",
            Self::Push => "nexa/push/1",
            Self::Passkey => "nexa/passkey/1",
            Self::Invitation => "nexa/invitation/1",
            Self::Gift => "nexa/gift/1",
            Self::Mail => "nexa/mail/1",
            Self::Deed => "nexa/deed/1",
            Self::DeedEnd => "nexa/deed-end/1",
            Self::Voter => "nexa/voter/1",
            Self::Import => "nexa/import/1",
            Self::Coupon => "nexa/coupon/1",
            Self::Backup => "nexa/backup/1",
        }
    }
}

/// The keys of one installation.
///
/// ```
/// use nexa_core::{
///     secret::Keys,
///     world::{OsEntropy, SystemClock, World},
/// };
/// use std::sync::Arc;
///
/// let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
/// // Made once; afterwards read from where you keep it, apart from the database.
/// let keys = Keys::new(world.bytes());
/// let sealed = keys.seal(&world, "note|1", b"hidden");
/// assert_eq!(keys.open("note|1", &sealed)?, b"hidden");
/// assert!(keys.open("note|2", &sealed).is_err(), "it belongs to another row");
/// # Ok::<(), nexa_core::error::Failure>(())
/// ```
#[derive(Clone)]
pub struct Keys {
    master: Zeroizing<[u8; 32]>,
    /// The key that values are sealed under, once it is not the master key's own.
    sealing: Option<Zeroizing<[u8; 32]>>,
    /// The one before, under which some still are.
    before: Option<Zeroizing<[u8; 32]>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(***)")
    }
}

const NONCE: usize = 24;

impl Keys {
    /// Keys from the master key.
    #[must_use]
    pub fn new(mut master: [u8; 32]) -> Self {
        let keys = Self { master: Zeroizing::new(master), sealing: None, before: None };
        master.zeroize();
        keys
    }

    /// Keys from the master key, with another one that values are sealed under, and the one `before` that still opens what
    /// was sealed under it. Look-ups stay the master key's: where only the hash of something is known, it cannot be made
    /// again.
    #[must_use]
    pub fn resealing(master: [u8; 32], mut sealing: [u8; 32], before: Option<[u8; 32]>) -> Self {
        let mut keys = Self::new(master);
        keys.sealing = Some(Zeroizing::new(sealing));
        keys.before = before.map(Zeroizing::new);
        sealing.zeroize();
        keys
    }

    /// A keyed hash of `value`, different for every purpose.
    #[must_use]
    pub fn fingerprint(&self, purpose: Purpose, value: &str) -> Fingerprint {
        let key = self.mac(self.master.as_slice(), purpose.label().as_bytes());
        Fingerprint(HEXLOWER.encode(&self.mac(&key, value.as_bytes())))
    }

    /// Encrypts `plain`; `context` (e.g. `server|<id>`) must be given again to open it, so a sealed value cannot be
    /// moved to another row.
    #[must_use]
    pub fn seal(&self, world: &World, context: &str, plain: &[u8]) -> String {
        let nonce: [u8; NONCE] = world.bytes();
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        // Encryption fails only for plaintexts of over 256 GiB.
        let sealing = self.sealing.as_ref().unwrap_or(&self.master);
        let mut sealed = self.cipher(sealing).encrypt(&nonce.into(), payload).unwrap_or_default();
        sealed.splice(0..0, nonce);
        BASE64.encode(&sealed)
    }

    /// Decrypts what [`Keys::seal`] made.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, Failure> {
        let under = |key: &Zeroizing<[u8; 32]>| self.open_under(key, context, sealed);
        let newest = under(self.sealing.as_ref().unwrap_or(&self.master));
        match &self.before {
            Some(before) => newest.or_else(|_| under(before)),
            None => newest,
        }
    }

    /// Whether a value is sealed under the newest key.
    #[must_use]
    pub fn is_newest(&self, context: &str, sealed: &str) -> bool {
        self.open_under(self.sealing.as_ref().unwrap_or(&self.master), context, sealed).is_ok()
    }

    fn open_under(&self, key: &Zeroizing<[u8; 32]>, context: &str, sealed: &str) -> Result<Vec<u8>, Failure> {
        let wrong =
            || Failure::core(&format!("a sealed value does not open ({context}): other key or damaged data"));
        let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| wrong())?;
        let (nonce, body) = bytes.split_at_checked(NONCE).ok_or_else(wrong)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong())?;
        let payload = Payload { msg: body, aad: context.as_bytes() };
        self.cipher(key).decrypt(&nonce.into(), payload).map_err(|_| wrong())
    }

    /// The secret of a key that this installation is known by to others, a different one for each purpose.
    #[must_use]
    pub fn seed(&self, purpose: &str) -> Secret<[u8; 32]> {
        Secret::new(self.mac(self.master.as_slice(), format!("nexa/seed/{purpose}/1").as_bytes()))
    }

    fn cipher(&self, key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.mac(key.as_slice(), b"nexa/seal/1").into())
    }

    #[expect(clippy::unused_self, reason = "keeps every use of key material inside this type")]
    fn mac(&self, key: &[u8], message: &[u8]) -> [u8; 32] {
        // HMAC takes keys of any length, so this cannot fail.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
        mac.update(message);
        mac.finalize().into_bytes().into()
    }
}

/// SHA-256 of a token with at least 128 random bits; such tokens need no key.
#[must_use]
pub fn digest(token: &str) -> Fingerprint {
    Fingerprint(HEXLOWER.encode(&Sha256::digest(token.as_bytes())))
}
