//! Receipts: the picture, what should have come, and the decision in one tap.

use crate::{
    action::{Action, Bare, Reason},
    dialogue::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{AcceptRequest, OperatorReceiptView, RejectRequest, RejectionReason},
    domain::{money::Currency, refusal::Refusal},
    error::Error,
    storefront::model::{MoneyView, PageRequest},
    text::{self, Arg},
};
use uuid::Uuid;

/// Those that wait, the oldest first.
pub async fn list(talk: Talk) -> Outcome {
    let all = talk.office().receipts(PageRequest { cursor: None, limit: Some(20) }).await?;
    let mut screen = Screen::titled(&talk.say("bot-receipts"));
    if all.is_empty() {
        screen = screen.line(&talk.say("bot-receipts-none"));
    }
    for each in &all {
        if let Some(id) = Bare::of(&each.receipt_id) {
            let label = format!("{} · {}", talk.money(&each.due), talk.date(&each.created_at));
            screen = screen.tap(&label, Action::Receipt(id));
        }
    }
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

/// One of them, with its picture.
pub async fn one(talk: Talk, receipt: Bare) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let view = found(&talk, receipt.0).await?;
    let picture = talk.office().receipt_picture(&receipt.to_string()).await?;
    let due = talk.money(&view.missing);
    let mut screen = Screen::default()
        .picture(picture)
        .strong(&talk.tell("bot-receipt-due", &[("amount", Arg::Text(&due))]));
    if let Some(card) = &view.card {
        screen = screen.code(card);
    }
    if !view.note.is_empty() {
        screen = screen.line(&view.note);
    }
    if view.like_before {
        screen = screen.strong(&talk.say("bot-receipt-like-before"));
    }
    if view.seen_before {
        screen = screen.strong(&talk.say("bot-receipt-seen-before"));
    }
    let accept = talk.tell("bot-receipt-accept", &[("amount", Arg::Text(&due))]);
    let reject = |key: &str, reason| talk.key(key, Action::RejectReceipt(receipt, reason));
    let screen = screen
        .tap(&accept, Action::AcceptReceipt(receipt))
        .row([talk.key("bot-receipt-other", Action::AcceptOther(receipt))])
        .row([
            reject("bot-reject-not-received", Reason::NotReceived),
            reject("bot-reject-unreadable", Reason::Unreadable),
        ])
        .row([
            reject("bot-reject-used-before", Reason::UsedBefore),
            reject("bot-reject-forged", Reason::Forged),
        ])
        .row(Bare::of(&view.user_id).map(|user| talk.key("bot-receipt-user", Action::User(user))))
        .row([talk.key("bot-back", Action::Receipts)]);
    talk.show(screen).await
}

/// What should have come is there.
pub async fn accept(talk: Talk, receipt: Bare) -> Outcome {
    let view = found(&talk, receipt.0).await?;
    let due = view.missing.clone();
    settle(talk, &view, due).await
}

/// Another amount is there: which?
pub async fn ask_amount(talk: Talk, receipt: Bare) -> Outcome {
    let view = found(&talk, receipt.0).await?;
    talk.remember(|memory| memory.awaits = Some(Awaits::Amount(receipt.0)));
    let due = talk.money(&view.missing);
    let screen = Screen::says(&talk.tell("bot-receipt-ask-amount", &[("amount", Arg::Text(&due))]))
        .row([talk.key("bot-never", Action::Receipt(receipt))]);
    talk.show(screen).await
}

/// The amount that was typed is there.
pub async fn accept_typed(talk: Talk, receipt: Uuid, typed: String) -> Outcome {
    let view = found(&talk, receipt).await?;
    let currency: Currency = view.missing.currency.parse()?;
    let amount = text::typed_money(talk.locale(), &typed, currency).filter(|amount| amount.is_positive());
    let amount = amount.ok_or(Refusal::bad_input("amount", "an amount of money"))?;
    let received = MoneyView { minor: amount.minor, currency: view.missing.currency.clone() };
    talk.remember(|memory| memory.awaits = None);
    settle(talk, &view, received).await
}

async fn settle(talk: Talk, view: &OperatorReceiptView, received: MoneyView) -> Outcome {
    let amount = talk.money(&received);
    let request = AcceptRequest { received, version: view.version };
    talk.office().accept_receipt(&view.receipt_id, request).await?;
    talk.toast(&talk.tell("bot-receipt-accepted", &[("amount", Arg::Text(&amount))])).await?;
    list(talk).await
}

/// It is not there.
pub async fn reject(talk: Talk, (receipt, reason): (Bare, Reason)) -> Outcome {
    let view = found(&talk, receipt.0).await?;
    let reason = match reason {
        Reason::NotReceived => RejectionReason::NotReceived,
        Reason::Unreadable => RejectionReason::Unreadable,
        Reason::UsedBefore => RejectionReason::UsedBefore,
        Reason::Forged => RejectionReason::Forged,
    };
    let request = RejectRequest { reason, version: view.version };
    talk.office().reject_receipt(&view.receipt_id, request).await?;
    talk.toast(&talk.say("bot-receipt-rejected")).await?;
    list(talk).await
}

/// One that still waits. What was decided meanwhile is no longer among them.
async fn found(talk: &Talk, receipt: Uuid) -> Result<OperatorReceiptView, Error> {
    let mut page = PageRequest { cursor: None, limit: Some(100) };
    loop {
        let all = talk.office().receipts(page).await?;
        if let Some(found) = all.iter().find(|each| each.receipt_id == receipt.to_string()) {
            return Ok(found.clone());
        }
        let Some(last) = all.last().filter(|_| all.len() == 100) else {
            return Err(Refusal::AlreadyDecided.into());
        };
        page = PageRequest { cursor: Some(last.receipt_id.clone()), limit: Some(100) };
    }
}
