//! Users, the identities they prove, and the tokens they are given for it.

use super::{
    permission::{Needed, Permissions},
    refusal::Refusal,
    shop::Locale,
};
use crate::{
    ids::{ShopId, TokenId, UserId},
    secret::{Fingerprint, Secret},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A customer or a member of staff of one shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Whose user.
    pub shop_id: ShopId,
    /// What it may do.
    pub role: Role,
    /// Blocked users cannot sign in or buy; what they have goes on.
    pub blocked: bool,
    /// The language it chose.
    pub locale: Option<Locale>,
    /// When it signed up.
    pub created_at: Timestamp,
}

/// What a user is to the shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys.
    Customer,
    /// Does in the office what an owner allowed (see [`super::staff::Member`]).
    Staff,
    /// Owns the shop: may do everything in its office, also what is added to it later.
    Operator,
}

/// How a user proves who it is. The value is never stored in clear: `lookup` finds it, `sealed` shows it again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Whose user.
    pub shop_id: ShopId,
    /// Which user.
    pub user_id: UserId,
    /// What kind.
    pub kind: IdentityKind,
    /// Keyed hash of the value; unique per shop and kind.
    pub lookup: Fingerprint,
    /// The value, sealed; none for account numbers, which are shown once.
    pub sealed: Option<String>,
    /// Argon2id hash of the password, for e-mail.
    pub password: Option<Secret<String>>,
    /// Whether its holder was proved: false only for an e-mail address that was merely typed in.
    pub verified: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Kinds of identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// An anonymous random number.
    AccountNumber,
    /// An e-mail address with a password.
    Email,
    /// A Telegram user id.
    Telegram,
}

/// A session or an API key. Only its digest is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose user.
    pub shop_id: ShopId,
    /// Which user.
    pub user_id: UserId,
    /// SHA-256 of the token.
    pub digest: Fingerprint,
    /// What it is.
    pub kind: TokenKind,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Of what its user may do in the office, no more than this; none: all of it.
    pub permissions: Option<Permissions>,
    /// What its owner calls it, e.g. "CI key"; for a session the client that signed in, e.g. "Chrome, Android".
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub last_seen: Timestamp,
    /// When its holder last proved who it is.
    pub proved_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Kinds of token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A sign-in.
    Session,
    /// A key for programs.
    ApiKey,
    /// The link printed at the first start, good once, to become the operator.
    Claim,
}

/// What a token allows. A session has the scopes of its user's role.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See what is the user's own.
    Read,
    /// Buy, renew, pay, reset links.
    Buy,
    /// Run the shop.
    Manage,
}

impl Role {
    /// The scopes of a session of this role.
    #[must_use]
    pub fn scopes(self) -> Vec<Scope> {
        match self {
            Self::Customer => vec![Scope::Read, Scope::Buy],
            Self::Staff | Self::Operator => vec![Scope::Read, Scope::Buy, Scope::Manage],
        }
    }

    /// What this role may do in the office by itself; a member of staff what was allowed.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        match self {
            Self::Customer | Self::Staff => Permissions::NONE,
            Self::Operator => Permissions::all(),
        }
    }

    /// Whether one of this role comes into the office.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Staff | Self::Operator)
    }
}

/// Who is asking: what every use case checks first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    /// In which shop.
    pub shop_id: ShopId,
    /// Who; nobody for a guest.
    pub user_id: Option<UserId>,
    /// With which token, to sign out or to list sessions.
    pub token_id: Option<TokenId>,
    /// What is allowed.
    pub scopes: Vec<Scope>,
    /// What is allowed in the office, for those with the scope `manage`.
    pub permissions: Permissions,
    /// Whether the office stays shut until a second factor is set up.
    pub wants_second_factor: bool,
}

impl Principal {
    /// Somebody who has not signed in.
    #[must_use]
    pub const fn guest(shop_id: ShopId) -> Self {
        Self {
            shop_id,
            user_id: None,
            token_id: None,
            scopes: Vec::new(),
            permissions: Permissions::NONE,
            wants_second_factor: false,
        }
    }

    /// The user, if the scope is held.
    pub fn with(&self, scope: Scope) -> Result<UserId, Refusal> {
        let user = self.user_id.ok_or(Refusal::NotSignedIn)?;
        if self.scopes.contains(&scope) { Ok(user) } else { Err(Refusal::NotAllowed) }
    }

    /// The user, if it is of the staff, whatever it may do in the office.
    pub fn staff(&self) -> Result<UserId, Refusal> {
        let user = self.with(Scope::Manage)?;
        if self.wants_second_factor { Err(Refusal::SecondFactorRequired) } else { Ok(user) }
    }

    /// The user, if it is of the staff and may do this.
    pub fn may(&self, needed: impl Needed) -> Result<UserId, Refusal> {
        let user = self.staff()?;
        if needed.met_by(&self.permissions) { Ok(user) } else { Err(Refusal::NotAllowed) }
    }
}

/// An account number: 25 decimal digits (83 bits), written in groups of five.
pub const ACCOUNT_NUMBER_DIGITS: usize = 25;

/// Reads an account number as people type it: spaces and dashes dropped, Persian and Arabic digits understood.
pub fn account_number(text: &str) -> Result<String, Refusal> {
    digits(text).filter(|d| d.len() == ACCOUNT_NUMBER_DIGITS).ok_or(Refusal::WrongCredentials)
}

/// Reads a code as people type it: spaces and dashes dropped, Persian and Arabic digits understood.
#[must_use]
pub fn digits(text: &str) -> Option<String> {
    let typed = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{200c}'));
    typed.map(ascii_digit).collect()
}

/// The ASCII form of a decimal digit in ASCII, Persian or Arabic script.
#[must_use]
pub fn ascii_digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{06f0}'..='\u{06f9}' => u32::from(c) - 0x06f0,
        '\u{0660}'..='\u{0669}' => u32::from(c) - 0x0660,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// An e-mail address in the form it is compared by: trimmed and lower-case.
pub fn email(text: &str) -> Result<String, Refusal> {
    let address = text.trim().to_lowercase();
    let Some((local, host)) = address.rsplit_once('@') else { return Err(Refusal::BadEmail) };
    let plain =
        |s: &str| !s.is_empty() && !s.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@');
    let host_ok =
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    if plain(local) && plain(host) && host_ok && local.len() <= 64 && address.len() <= 254 {
        Ok(address)
    } else {
        Err(Refusal::BadEmail)
    }
}

/// Least and greatest length of a password, in characters.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Passwords that every attacker tries first; a longer list belongs to the frontends' advice, not to this refusal.
const COMMON: [&str; 20] = [
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "qwertyui",
    "qwerty123",
    "11111111",
    "00000000",
    "iloveyou",
    "abc12345",
    "1q2w3e4r",
    "87654321",
    "88888888",
    "asdfghjk",
    "123123123",
    "12341234",
    "admin123",
    "passw0rd",
    "zaq12wsx",
];

/// Refuses passwords that are too short, too long or known to everybody. No rules of composition.
pub fn password(text: &str) -> Result<(), Refusal> {
    let weak = Refusal::WeakPassword { minimum: 8 };
    if !PASSWORD_LENGTH.contains(&text.chars().count()) || COMMON.contains(&text.to_lowercase().as_str()) {
        return Err(weak);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Permission;
    use proptest::prelude::*;

    const DIGITS: [[char; 10]; 2] = [
        ['۰', '۱', '۲', '۳', '۴', '۵', '۶', '۷', '۸', '۹'],
        ['٠', '١', '٢', '٣', '٤', '٥', '٦', '٧', '٨', '٩'],
    ];

    proptest! {
        #[test]
        fn an_account_number_is_read_however_it_is_typed(
            digits in prop::collection::vec((0_u32..10, 0_usize..3, 0_usize..5), ACCOUNT_NUMBER_DIGITS),
        ) {
            let separators = ["", " ", "-", "\u{200c}", "\u{a0}\n"];
            let mut typed = String::new();
            let mut wanted = String::new();
            for (digit, script, separator) in digits {
                let ascii = char::from_digit(digit, 10).unwrap();
                wanted.push(ascii);
                let row = DIGITS.get(script).map_or(ascii, |row| row[usize::try_from(digit).unwrap()]);
                typed.push(row);
                typed.push_str(separators[separator]);
            }
            prop_assert_eq!(account_number(&typed), Ok(wanted));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            if let Ok(number) = account_number(&text) {
                prop_assert_eq!(number.len(), ACCOUNT_NUMBER_DIGITS);
            }
            if let Ok(address) = email(&text) {
                prop_assert_eq!(email(&address), Ok(address.clone()), "reading it again changes nothing");
            }
            if password(&text).is_ok() {
                prop_assert!(PASSWORD_LENGTH.contains(&text.chars().count()));
            }
        }

        #[test]
        fn an_address_is_compared_without_case_and_space(local in "[a-zA-Z0-9.+_]{1,20}", host in "[a-zA-Z0-9]{1,9}") {
            let address = format!("{local}@{host}.example");
            prop_assert_eq!(email(&format!("  {}\n", address.to_uppercase())), Ok(address.to_lowercase()));
        }
    }

    #[test]
    fn wrong_numbers_are_all_answered_alike() {
        for text in ["", "1234", &"1".repeat(24), &"1".repeat(26), "12345 12345 12345 12345 1234x"] {
            assert_eq!(account_number(text), Err(Refusal::WrongCredentials));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "@", "a@b", "a@.b", "a@b.", "a@b..c", "@b.c", "a b@c.d", "a@b@c.d", "a@b .c"] {
            assert_eq!(email(text), Err(Refusal::BadEmail), "{text}");
        }
        assert_eq!(email(&format!("{}@b.c", "a".repeat(65))), Err(Refusal::BadEmail));
    }

    #[test]
    fn weak_passwords_are_refused() {
        for text in ["", "1234567", "PassWord", "iloveyou", &"x".repeat(129)] {
            assert_eq!(password(text), Err(Refusal::WeakPassword { minimum: 8 }));
        }
        assert_eq!(password("گذرواژه‌من"), Ok(()));
        assert_eq!(password(&"x".repeat(128)), Ok(()), "a long one");
    }

    #[test]
    fn a_guest_may_nothing_and_a_customer_not_everything() {
        let shop = ShopId::from(uuid::Uuid::nil());
        let user = UserId::from(uuid::Uuid::nil());
        let guest = Principal::guest(shop);
        assert_eq!(guest.with(Scope::Read), Err(Refusal::NotSignedIn));
        let customer = Principal { user_id: Some(user), scopes: Role::Customer.scopes(), ..guest };
        assert_eq!(customer.with(Scope::Buy), Ok(user));
        assert_eq!(customer.with(Scope::Manage), Err(Refusal::NotAllowed));
        let keen = Principal { permissions: Permissions::all(), ..customer };
        assert_eq!(keen.may(Permission::Support), Err(Refusal::NotAllowed), "permissions open no office");
        let scopes = Role::Operator.scopes();
        let clerk = Principal { scopes, permissions: [Permission::Support].into_iter().collect(), ..keen };
        assert_eq!(clerk.may(Permission::Support), Ok(user));
        assert_eq!(clerk.may(Permission::MoveMoney), Err(Refusal::NotAllowed));
        let careless = Principal { wants_second_factor: true, ..clerk };
        assert_eq!(careless.may(Permission::Support), Err(Refusal::SecondFactorRequired));
        assert_eq!(careless.staff(), Err(Refusal::SecondFactorRequired));
        assert_eq!(careless.with(Scope::Buy), Ok(user), "only the office is shut");
    }
}
