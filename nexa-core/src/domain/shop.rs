//! A shop: the tenant that everything else belongs to.

use super::{
    look::Look,
    money::Currency,
    reach::zone,
    refusal::Refusal,
    subscription::GraceTerms,
    telegram::Bot,
    time,
    user::{Identity, IdentityKind, Principal, Scope},
};
use crate::ids::{PlanId, ShopId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Languages that the product speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Persian, right to left, Jalali dates.
    #[default]
    Fa,
    /// English.
    En,
    /// Russian.
    Ru,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Fa, Self::En, Self::Ru];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fa => "fa",
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The language of a BCP 47 tag such as `fa-IR`, if we speak it.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(primary))
    }

    /// The best of an `Accept-Language` list, in the order given.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| Self::from_tag(part.split(';').next()?.trim()))
    }
}

/// What an account must have proved to get a trial.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialNeeds {
    /// Nothing.
    #[default]
    None,
    /// A Telegram account.
    Telegram,
    /// An e-mail address.
    Email,
    /// One of the two.
    Verified,
}

impl TrialNeeds {
    /// Whether an account with these identities may have a trial.
    #[must_use]
    pub fn met_by(self, identities: &[Identity]) -> bool {
        let proved = |kind| identities.iter().any(|i| i.kind == kind && i.verified);
        match self {
            Self::None => true,
            Self::Telegram => proved(IdentityKind::Telegram),
            Self::Email => proved(IdentityKind::Email),
            Self::Verified => proved(IdentityKind::Telegram) || proved(IdentityKind::Email),
        }
    }
}

/// A tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shop {
    /// Its id.
    pub id: ShopId,
    /// Name shown to customers, 1 to 60 characters.
    pub name: String,
    /// Prices, wallets and revenue are in this currency. Fixed once the shop has orders.
    pub currency: Currency,
    /// The language of texts for users who chose none.
    pub locale: Locale,
    /// The zone of its day, e.g. `Asia/Tehran`; without one Tehran's for shops that speak Persian, else UTC.
    pub timezone: Option<String>,
    /// Host names that lead here, lower-case, without port. The shop without any answers all others.
    pub hosts: Vec<String>,
    /// Where customers find help, an absolute https or tg link.
    pub support_url: Option<String>,
    /// How its pages look.
    pub look: Look,
    /// The plan that a trial gives.
    pub trial_plan: Option<PlanId>,
    /// Who may have a trial.
    pub trial_needs: TrialNeeds,
    /// The plan that services get which are adopted from a panel; without one nothing is adopted.
    pub adoption_plan: Option<PlanId>,
    /// The bot that vouches for customers who come from Telegram.
    pub telegram: Option<Bot>,
    /// While it is set, customers can buy nothing; it is what they are told about that, at most 300 characters, or nothing.
    pub maintenance: Option<String>,
    /// How customers go on for a little whose time or traffic is over.
    pub grace: GraceTerms,
    /// Whether exchange rates are asked for at markets, over those that an operator sets.
    pub automatic_rates: bool,
    /// A demo or sandbox shop: test money, and a mark on every page.
    pub test: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Shop {
    /// The zone of its day.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let usual = (self.locale == Locale::Fa).then_some("Asia/Tehran");
        self.timezone.as_deref().or(usual).and_then(|name| zone(name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// On which of its days a moment is.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Date {
        time::day_of(&self.zone(), at)
    }

    /// When a day of its begins.
    #[must_use]
    pub fn beginning_of(&self, day: Date) -> Timestamp {
        time::beginning_of(&self.zone(), day)
    }

    /// Refuses a shop that could not be shown.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(Refusal::bad_input("name", "1 to 60 characters"));
        }
        let link_ok = |l: &String| l.starts_with("https://") || l.starts_with("tg://");
        if self.support_url.as_ref().is_some_and(|l| !link_ok(l) || l.len() > 200) {
            return Err(Refusal::bad_input("support_url", "an https:// or tg:// link of at most 200 bytes"));
        }
        if self.hosts.iter().any(|h| h.is_empty() || h.len() > 253 || h.contains(['/', ':', ' '])) {
            return Err(Refusal::bad_input("hosts", "host names without scheme and port"));
        }
        self.timezone.as_deref().map(zone).transpose()?;
        if self.maintenance.as_ref().is_some_and(|note| note.chars().count() > 300) {
            return Err(Refusal::bad_input("note", "at most 300 characters"));
        }
        Ok(Self { look: self.look.checked()?, grace: self.grace.checked()?, ..self })
    }

    /// Refuses to sell while the shop is under maintenance. Whoever runs it may still try.
    pub fn sells_to(&self, who: &Principal) -> Result<(), Refusal> {
        match &self.maintenance {
            Some(note) if who.with(Scope::Manage).is_err() => {
                Err(Refusal::Maintenance { note: note.clone() })
            }
            _ => Ok(()),
        }
    }
}
