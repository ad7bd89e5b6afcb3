//! What processors say of a payment, and how it is named.

use super::number::Amount;
use crate::http::{Server, Trouble};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        money::{Currency, Money},
        payment::Finality,
    },
    ids::PaymentId,
};
use std::fmt;

/// How a payment is named: by the processor, and by us there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reference {
    /// The processor's name of the invoice.
    pub(crate) theirs: String,
    /// What the processor calls our order.
    pub(crate) ours: PaymentId,
}

impl Reference {
    /// From what a processor says; none if it is not an invoice of ours.
    pub(crate) fn of(theirs: &str, ours: &str) -> Option<Self> {
        let ours = ours.parse().ok()?;
        is_name(theirs).then(|| Self { theirs: theirs.to_owned(), ours })
    }

    /// From its text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (theirs, ours) = text.split_once(':')?;
        Self::of(theirs, ours)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.theirs, self.ours)
    }
}

/// Whether a text can be a name: it stands in addresses and in our references.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// An invoice that a processor made.
pub(crate) struct Created {
    /// Its name there.
    pub(crate) id: String,
    /// Its page.
    pub(crate) page: String,
}

/// What a message means.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Not from the processor.
    Forged,
    /// From it, and something happened to an invoice; none if the invoice is not ours.
    News(Option<Reference>),
    /// From it, and money came for an invoice of ours in a way that cannot be asked about: a person has to look.
    #[cfg_attr(
        not(feature = "nowpayments"),
        expect(dead_code, reason = "only NOWPayments tells such a thing")
    )]
    Strange(Reference, &'static str),
}

/// Money that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fact {
    /// See [`Movement::id`].
    pub(crate) name: String,
    /// Minor units of the currency that the invoice is priced in.
    pub(crate) minor: i64,
    /// As the processor states it.
    pub(crate) raw: String,
    /// How final.
    pub(crate) finality: Finality,
}

impl Fact {
    #[cfg(any(
        feature = "cryptopay",
        feature = "heleket",
        feature = "nowpayments",
        feature = "oxapay",
        feature = "plisio"
    ))]
    /// One sum in all, under the processor's name of the invoice.
    pub(crate) fn sum(theirs: &str, minor: i64, raw: String, finality: Finality) -> Self {
        Self { name: format!("{theirs}:{minor}"), minor, raw, finality }
    }
}

/// Money in a processor's list.
pub(crate) struct Listed {
    /// What it is for, as our references say it; of an invoice that is not ours, the processor's name of it.
    pub(crate) reference: String,
    pub(crate) fact: Fact,
    pub(crate) at: Timestamp,
}

impl Listed {
    #[cfg(any(feature = "btcpay", feature = "cryptopay"))]
    pub(crate) fn new(theirs: &str, order: Option<&str>, fact: Fact, at: Timestamp) -> Self {
        let ours = Reference::of(theirs, order.unwrap_or_default());
        let reference = ours.map_or_else(|| theirs.to_owned(), |ours| ours.to_string());
        Self { reference, fact, at }
    }
}

/// What a processor says of an invoice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    /// This came, and nothing else.
    Came(Vec<Fact>),
    /// Nothing that can be acted on yet.
    Open,
    /// Something that contradicts our records.
    Wrong(&'static str),
}

impl Look {
    #[cfg(any(
        feature = "cryptopay",
        feature = "heleket",
        feature = "nowpayments",
        feature = "oxapay",
        feature = "plisio"
    ))]
    /// Nothing came, or all of it has gone back.
    pub(crate) const NOTHING: Self = Self::Came(Vec::new());

    #[cfg(any(
        feature = "cryptopay",
        feature = "heleket",
        feature = "nowpayments",
        feature = "oxapay",
        feature = "plisio"
    ))]
    /// One sum in all.
    pub(crate) fn sum(of: &Reference, minor: i64, raw: String, finality: Finality) -> Self {
        if minor <= 0 {
            return Self::NOTHING;
        }
        Self::Came(vec![Fact::sum(&of.theirs, minor, raw, finality)])
    }

    /// A status that this build does not know: it may mean anything, so nothing follows from it.
    pub(crate) fn unknown(family: &str, status: &str) -> Self {
        let status: String = status.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        tracing::warn!(family, status, "a payment's status is unknown");
        Self::Open
    }
}

/// What a processor says that an invoice asks for.
pub(crate) struct Asked<'a> {
    pub(crate) id: &'a str,
    /// Our name of it, if the processor says it.
    pub(crate) order: Option<&'a str>,
    pub(crate) amount: Amount,
    pub(crate) currency: &'a str,
}

impl Asked<'_> {
    /// The price in minor units, if it is the invoice that was asked about; otherwise what contradicts it. An answer
    /// that leaves the price out is no answer.
    pub(crate) fn price(
        &self,
        server: &Server,
        of: &Reference,
        due: Option<Money>,
        asset: Currency,
    ) -> Result<Result<i64, Look>, Trouble> {
        let price = self.amount.0.and_then(|amount| amount.minor(asset.decimals()));
        let (Some(price), false) = (price, self.currency.is_empty()) else {
            return Err(server.unclear("an invoice without a price"));
        };
        if self.id != of.theirs {
            return Err(server.unclear("another invoice than the one asked for"));
        }
        let wrong = if self.order.is_some_and(|order| order.parse().ok() != Some(of.ours)) {
            Some("the invoice is for another order")
        } else if !self.currency.eq_ignore_ascii_case(asset.code()) {
            Some("the invoice is in another currency")
        } else if due.is_some_and(|due| due.minor != price) {
            Some("the invoice has another price")
        } else {
            None
        };
        Ok(wrong.map_or(Ok(price), |why| Err(Look::Wrong(why))))
    }
}
