//! The operators' conversations. Only whoever runs the shop gets here, in a private chat; the core asks for the right
//! again with every call.

pub mod alerts;
pub mod broadcasts;
pub mod give;
pub mod receipts;
pub mod sales;
pub mod tickets;
pub mod users;

use crate::{
    action::Action,
    dialogue::Awaits,
    input::Input,
    scenes::tickets::counted,
    screen::Screen,
    talk::{Outcome, Talk},
    tree::Handler,
};
use dptree::case;
use nexa_core::{
    domain::{
        permission::{Needed as _, Permission as May, SEE_PAYMENTS},
        refusal::Refusal,
    },
    storefront::model::PageRequest,
};

/// What operators' buttons do.
pub fn taps() -> Handler {
    dptree::entry()
        .branch(case![Action::Office].endpoint(office))
        .branch(case![Action::Alerts].endpoint(alerts::alerts))
        .branch(case![Action::AlertsTo(chosen)].endpoint(alerts::to))
        .branch(case![Action::AlertThread(kind, on)].endpoint(alerts::thread))
        .branch(case![Action::NoAlerts].endpoint(alerts::none))
        .branch(case![Action::Sales].endpoint(sales::today))
        .branch(case![Action::Maintenance(on)].endpoint(sales::maintenance))
        .branch(case![Action::GivePlans(user)].endpoint(give::plans))
        .branch(case![Action::Give(user, plan)].endpoint(give::ask_why))
        .branch(case![Action::Extend(subscription)].endpoint(give::days))
        .branch(case![Action::ExtendBy(subscription, days)].endpoint(give::ask_why_days))
        .branch(case![Action::OfficeTickets].endpoint(tickets::list))
        .branch(case![Action::OfficeTicket(ticket)].endpoint(tickets::one))
        .branch(case![Action::OfficeCloseTicket(ticket)].endpoint(tickets::close))
        .branch(case![Action::Broadcasts].endpoint(broadcasts::list))
        .branch(case![Action::WhichOf(part)].endpoint(broadcasts::which))
        .branch(case![Action::WriteTo(segment)].endpoint(broadcasts::write))
        .branch(case![Action::Broadcast(broadcast)].endpoint(broadcasts::one))
        .branch(case![Action::SendBroadcast(broadcast)].endpoint(broadcasts::send))
        .branch(case![Action::StopBroadcast(broadcast)].endpoint(broadcasts::stop))
        .branch(case![Action::ResendBroadcast(broadcast)].endpoint(broadcasts::resend))
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
    let typed = || case![Input::Typed(text)];
    dptree::entry()
        .branch(case![Awaits::Amount(receipt)].branch(typed().endpoint(receipts::accept_typed)))
        .branch(case![Awaits::Answer(ticket)].branch(typed().endpoint(tickets::answer)))
        .branch(case![Awaits::Broadcast(segment)].branch(typed().endpoint(broadcasts::draft)))
        .branch(case![Awaits::User].branch(typed().endpoint(users::find)))
        .branch(case![Awaits::Maintenance].branch(typed().endpoint(sales::close)))
        .branch(case![Awaits::WhyGive { user, plan, number }].branch(typed().endpoint(give::give)))
        .branch(
            case![Awaits::WhyExtend { subscription, days, number }].branch(typed().endpoint(give::extend)),
        )
}

/// The operators' card.
pub async fn office(talk: Talk) -> Outcome {
    if !talk.visitor().operator {
        return Err(Refusal::NotAllowed.into());
    }
    talk.remember(|memory| memory.awaits = None);
    let office = talk.office();
    let held = office.permissions();
    let closed = office.shop().await?.maintenance.is_some();
    let mut screen = Screen::titled(&talk.say("bot-office"));
    if closed {
        screen = screen.strong(&talk.say("bot-office-closed"));
    }
    // Each finds the ways that are open for them, and no others.
    if held.has(May::Reports) {
        screen = screen.row([talk.key("bot-office-sales", Action::Sales)]);
    }
    if SEE_PAYMENTS.met_by(&held) {
        let waiting = office.receipts(PageRequest::default()).await?.len();
        screen = screen.tap(&counted(&talk, "bot-office-receipts", waiting), Action::Receipts);
    }
    if held.has(May::Support) {
        let asked = office.tickets(None, PageRequest::default()).await?.items.len();
        screen = screen.tap(&counted(&talk, "bot-office-tickets", asked), Action::OfficeTickets);
    }
    let switch = if closed { "bot-maintenance-stop" } else { "bot-maintenance-start" };
    let ways = [
        (May::Broadcasts, "bot-broadcasts", Action::Broadcasts),
        (May::Settings, "bot-alerts", Action::Alerts),
        (May::SeeCustomers, "bot-office-find", Action::FindUser),
        (May::Settings, switch, Action::Maintenance(!closed)),
    ];
    for (needed, key, action) in ways {
        if held.has(needed) {
            screen = screen.row([talk.key(key, action)]);
        }
    }
    let screen = screen.row([talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}
