//! The operators' conversations. Only whoever runs the shop gets here, in a private chat; the core asks for the right
//! again with every call.

pub mod receipts;
pub mod users;

use crate::{
    action::Action,
    deed::Deed,
    memory::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
    tree::Handler,
};
use dptree::case;
use nexa_core::{domain::refusal::Refusal, storefront::model::PageRequest, text::Arg};

/// What operators' buttons do.
pub fn taps() -> Handler {
    dptree::entry()
        .branch(case![Action::Office].endpoint(office))
        .branch(case![Action::Receipts].endpoint(receipts::list))
        .branch(case![Action::Receipt(receipt)].endpoint(receipts::one))
        .branch(case![Action::AcceptReceipt(receipt)].endpoint(receipts::accept))
        .branch(case![Action::AcceptOther(receipt)].endpoint(receipts::ask_amount))
        .branch(case![Action::RejectReceipt(receipt, reason)].endpoint(receipts::reject))
        .branch(case![Action::FindUser].endpoint(users::ask))
        .branch(case![Action::User(user)].endpoint(users::one))
        .branch(case![Action::Block(user, on)].endpoint(users::block))
        .branch(case![Action::Suspend(subscription, on)].endpoint(users::suspend))
}

/// What operators' texts answer.
pub fn answers() -> Handler {
    dptree::entry()
        .branch(
            case![Awaits::Amount(receipt)].branch(case![Deed::Typed(text)].endpoint(receipts::accept_typed)),
        )
        .branch(case![Awaits::User].branch(case![Deed::Typed(text)].endpoint(users::find)))
}

/// The operators' card.
pub async fn office(talk: Talk) -> Outcome {
    if !talk.visitor().operator {
        return Err(Refusal::NotAllowed.into());
    }
    talk.remember(|memory| memory.awaits = None);
    let waiting = talk.office().receipts(PageRequest::default()).await?.len();
    let waiting = [("count", Arg::Number(i64::try_from(waiting).unwrap_or(i64::MAX)))];
    let screen = Screen::titled(&talk.say("bot-office"))
        .tap(&talk.tell("bot-office-receipts", &waiting), Action::Receipts)
        .row([talk.key("bot-office-find", Action::FindUser)])
        .row([talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}
