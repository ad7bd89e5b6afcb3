//! The code of a coupon: coming with one, typing one, and what it makes of a purchase.

use super::buy;
use crate::{
    action::{Action, Code},
    dialogue::{Awaits, Wish},
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::{measure::Traffic, refusal::Refusal},
    error::Error,
    storefront::model::{CheckoutRequest, CouponQuoteView, CouponRequest},
    text::{self, Arg},
};

/// What the customer's code makes of a wish.
#[derive(Default)]
pub struct Tried {
    /// What it comes to, where it can be used.
    pub quote: Option<CouponQuoteView>,
    /// Why it cannot.
    pub refusal: Option<String>,
}

/// Behind the gates, for who came with a code: what it can be used for.
pub async fn came_with(talk: Talk, code: String) -> Outcome {
    talk.remember(|memory| memory.coupon = Some(code.clone()));
    talk.send(Screen::says(&talk.tell("bot-coupon-kept", &[("code", Arg::Text(&code))]))).await?;
    buy::plans(talk).await
}

/// The same from the button of a message.
pub async fn given(talk: Talk, coupon: Code) -> Outcome {
    came_with(talk, coupon.text().to_owned()).await
}

/// Which code?
pub async fn ask(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::Coupon));
    let screen = Screen::says(&talk.say("bot-coupon-ask"));
    talk.show(screen.row([talk.key("bot-never", Action::DropCoupon)])).await
}

/// It was typed: what the cart comes to with it.
pub async fn take(talk: Talk, typed: String) -> Outcome {
    // What is longer than any code is cut, because it is remembered.
    let code: String = typed.trim().chars().take(64).collect();
    talk.remember(|memory| (memory.coupon, memory.awaits) = (Some(code), None));
    again(talk).await
}

/// What the cart comes to without one.
pub async fn drop_it(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.coupon = None);
    again(talk).await
}

async fn again(talk: Talk) -> Outcome {
    match talk.memory().cart {
        Some(cart) => buy::confirm(talk, cart.wish).await,
        None => buy::plans(talk).await,
    }
}

/// What the kept code makes of a wish. One that can never be used is forgotten; one for other purchases is kept for them.
pub async fn tried(talk: &Talk, wish: &Wish) -> Result<Tried, Error> {
    let Some(code) = talk.memory().coupon else { return Ok(Tried::default()) };
    match with(talk, wish, &code).await {
        Ok(quote) => Ok(Tried { quote: Some(quote), refusal: None }),
        Err(Error::Refused(refusal)) => {
            if refusal != Refusal::CouponNotForThis {
                talk.remember(|memory| memory.coupon = None);
            }
            Ok(Tried { quote: None, refusal: Some(text::refusal(talk.locale(), &refusal)) })
        }
        Err(failed) => Err(failed),
    }
}

/// What a code makes of a wish.
pub async fn with(talk: &Talk, wish: &Wish, code: &str) -> Result<CouponQuoteView, Error> {
    let purchase = CheckoutRequest { coupon: Some(code.to_owned()), ..wish.request("wallet") };
    talk.front().coupon_quote(CouponRequest::about(&purchase)).await
}

impl Tried {
    /// The code, where it can be used.
    pub fn code(&self) -> Option<String> {
        self.quote.as_ref().map(|quote| quote.coupon.code.clone())
    }

    /// A screen with what it does.
    pub fn said(&self, talk: &Talk, screen: Screen) -> Screen {
        let screen = screen.maybe(self.refusal.as_deref());
        let Some(CouponQuoteView { price, price_before, coupon }) = &self.quote else { return screen };
        let code = Arg::Text(&coupon.code);
        let saved = (coupon.saving.minor > 0).then(|| {
            let (price, before) = (talk.money(price), talk.money(price_before));
            let args = [("code", code), ("price", Arg::Text(&price)), ("before", Arg::Text(&before))];
            talk.tell("coupon-price", &args)
        });
        let days = (coupon.extra_days > 0).then(|| {
            let days = text::days(talk.locale(), coupon.extra_days);
            talk.tell("coupon-days", &[("code", code), ("days", Arg::Text(&days))])
        });
        let traffic = (coupon.extra_traffic_bytes > 0).then(|| {
            let traffic = Arg::Traffic(Traffic::bytes(coupon.extra_traffic_bytes));
            talk.tell("coupon-traffic", &[("code", code), ("traffic", traffic)])
        });
        let bonus = (coupon.bonus.minor > 0).then(|| {
            let amount = talk.money(&coupon.bonus);
            talk.tell("coupon-bonus", &[("code", code), ("amount", Arg::Text(&amount))])
        });
        [saved, days, traffic, bonus].iter().fold(screen, |screen, line| screen.maybe(line.as_deref()))
    }

    /// The button that takes a code, or leaves it out.
    pub fn key(&self, talk: &Talk) -> Key {
        match self.code() {
            Some(code) => {
                let label = talk.tell("bot-coupon-off", &[("code", Arg::Text(&code))]);
                Key::tap(&label, Action::DropCoupon)
            }
            None => talk.key("bot-coupon", Action::EnterCoupon),
        }
    }
}
