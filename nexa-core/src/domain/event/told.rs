//! Events that a message follows from.

use super::{Consequence, Event};
use crate::domain::{job::Job, notice::Notice};
use jiff::Timestamp;

/// What follows from an event that only a message follows from.
pub(super) fn told(event: &Event) -> Vec<Consequence> {
    let (user, notice) = match *event {
        Event::PaymentSeen { payment, order, user } => (user, Notice::PaymentSeen { payment, order }),
        Event::PaymentConfirmed { payment, order, user } => {
            (user, Notice::PaymentConfirmed { payment, order })
        }
        Event::PaymentShort { payment, order, user } => (user, Notice::PaymentShort { payment, order }),
        Event::MoneyKept { payment, user } => (user, Notice::MoneyInWallet { payment }),
        Event::ReceiptRejected { payment, order, user } => (user, Notice::ReceiptRejected { payment, order }),
        Event::TicketAnswered { ticket, user } => (user, Notice::TicketAnswered { ticket }),
        Event::OrderExpired { order, user } => (user, Notice::OrderExpired { order }),
        Event::OrderRefunded { order, user } => (user, Notice::Refunded { order }),
        Event::ReturnSent { user, amount, .. } => (user, Notice::SentBack { amount }),
        Event::WithdrawalDecided { user, amount, paid: true, .. } => {
            (user, Notice::WithdrawalPaid { amount })
        }
        Event::WithdrawalDecided { user, amount, .. } => (user, Notice::WithdrawalRefused { amount }),
        Event::CouponGiven { user, code, until } => (user, Notice::CouponGiven { code, until }),
        Event::WalletToppedUp { order, user } => (user, Notice::WalletToppedUp { order }),
        Event::GiftReady { order, user } => (user, Notice::GiftReady { order }),
        Event::GiftClaimed { order, user } => (user, Notice::GiftClaimed { order }),
        Event::SubscriptionMoved { subscription, user } => (user, Notice::Moved { subscription }),
        Event::PackAdded { subscription, user, what } => (user, Notice::PackAdded { subscription, what }),
        Event::TrafficLow { subscription, user } => (user, Notice::TrafficLow { subscription }),
        Event::TrafficVeryLow { subscription, user } => (user, Notice::TrafficVeryLow { subscription }),
        Event::EndsInHours { subscription, user, .. } => (user, Notice::EndsInSixHours { subscription }),
        Event::NotConnected { subscription, user } => (user, Notice::NotConnected { subscription }),
        Event::EndsInDays { subscription, user, days: 1 } => (user, Notice::EndsInOneDay { subscription }),
        Event::EndsInDays { subscription, user, .. } => (user, Notice::EndsInThreeDays { subscription }),
        Event::RenewalAnnounced { subscription, user, price, lack } if lack.is_positive() => {
            (user, Notice::AutoRenewLacks { subscription, price, lack })
        }
        Event::RenewalAnnounced { subscription, user, price, .. } => {
            (user, Notice::AutoRenewSoon { subscription, price })
        }
        Event::CreditLow { user, .. } => (user, Notice::CreditLow),
        Event::InvoiceIssued { user, .. } => (user, Notice::InvoiceIssued),
        Event::InvoiceUnpaid { user, .. } => (user, Notice::InvoiceUnpaid),
        Event::SupplyStopped { user, .. } => (user, Notice::SupplyStopped),
        Event::RenewalFailed { subscription, user } => (user, Notice::AutoRenewFailed { subscription }),
        Event::AutoRenewEnded { subscription, user } => (user, Notice::AutoRenewOff { subscription }),
        _ => return Vec::new(),
    };
    vec![Consequence::Tell(user, notice)]
}

/// What follows when a subscription's time or traffic is over, for now or for good.
pub(super) fn over(event: &Event, now: Timestamp) -> Vec<Consequence> {
    use Consequence::{Do, Tell};
    let (subscription, user, notice, until) = match *event {
        Event::SubscriptionEnded { subscription, user } => {
            (subscription, user, Notice::Ended { subscription }, None)
        }
        Event::SubscriptionExhausted { subscription, user } => {
            (subscription, user, Notice::Exhausted { subscription }, None)
        }
        Event::GraceBegun { subscription, user, until, hours, traffic } => {
            (subscription, user, Notice::Grace { subscription, hours, traffic }, Some(until))
        }
        _ => return Vec::new(),
    };
    let again = until.map(|at| Do(Job::EndSubscription { subscription }, at));
    let follows = [Do(Job::Provision { subscription, order: None }, now), Tell(user, notice)];
    follows.into_iter().chain(again).collect()
}
