//! What a customer has to do for a payment, as the page shows it.

use crate::web::Visitor;
use jiff::Timestamp;
use nexa_core::{
    domain::money::{Currency, Money},
    qr,
    storefront::model::PaymentView,
    text,
};

/// What has to be done.
pub struct Step {
    /// The amount as people read it.
    pub amount: String,
    /// The amount to copy, in the unit that the other side asks for.
    pub copy: String,
    /// The same in the unit of banks, where that is another than people speak of.
    pub bank: Option<String>,
    /// What has come already and what is missing, once a part has come.
    pub part: Option<(String, String)>,
    /// Until when, and in how many seconds.
    pub until: String,
    /// Seconds until then.
    pub seconds: i64,
    /// Where to send it on a chain.
    pub chain: Option<Chain>,
    /// The card to transfer to.
    pub card: Option<Card>,
    /// The page to go to.
    pub page: Option<String>,
    /// The invoice in Telegram.
    pub telegram: Option<String>,
    /// Whether a receipt is wanted, and what became of the last one.
    pub receipt: Option<String>,
    /// Whether the money was seen and only has to be confirmed.
    pub seen: bool,
}

/// A transfer on a chain.
pub struct Chain {
    /// The address.
    pub address: String,
    /// What must go with it.
    pub memo: Option<String>,
    /// What a wallet app opens.
    pub uri: Option<String>,
    /// The same to scan.
    pub qr: String,
}

/// A bank card.
pub struct Card {
    /// In groups of four, as it is printed.
    pub shown: String,
    /// To copy.
    pub plain: String,
    /// Its holder.
    pub holder: String,
    /// Its bank.
    pub bank: String,
}

/// The step of a payment; none once it cannot be paid any more.
pub fn step_of(visitor: &Visitor, payment: &PaymentView) -> Option<Step> {
    if !matches!(payment.state.as_str(), "created" | "open" | "seen" | "underpaid") {
        return None;
    }
    let words = visitor.words;
    let partly = payment.received.minor > 0 && payment.missing.minor > 0;
    let asked = if partly { &payment.missing } else { &payment.due };
    let currency: Currency = asked.currency.parse().ok()?;
    let money = Money::new(asked.minor, currency);
    let until: Timestamp = payment.expires_at.parse().ok()?;
    let chain = payment.address.as_ref().map(|address| Chain {
        address: address.clone(),
        memo: payment.memo.clone(),
        uri: payment.uri.clone(),
        qr: qr::svg(payment.uri.as_deref().unwrap_or(address)).unwrap_or_default(),
    });
    let card = payment.card.as_ref().map(|card| Card {
        shown: fours(&card.number),
        plain: card.number.clone(),
        holder: card.holder.clone(),
        bank: card.bank.clone(),
    });
    // Banks of Iran count in rials, people in tomans, and whoever mixes them up pays ten times too little.
    let in_rials = currency == Currency::Irr && words.lang() == "fa";
    let bank = in_rials.then(|| text::number(words.0, asked.minor));
    Some(Step {
        amount: words.money(asked),
        copy: if partly { money.decimal() } else { payment.due_text.clone() },
        bank,
        part: partly.then(|| (words.money(&payment.received), words.money(&payment.missing))),
        until: text::datetime(words.0, until),
        seconds: until.duration_since(visitor.desk().config.world.now()).as_secs().max(0),
        chain,
        card,
        page: payment.redirect_url.clone(),
        telegram: payment.telegram_url.clone(),
        receipt: payment.receipt.clone(),
        seen: payment.state == "seen",
    })
}

fn fours(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn cards_are_shown_in_fours() {
        assert_eq!(super::fours("6037991123456789"), "6037 9911 2345 6789");
    }
}
