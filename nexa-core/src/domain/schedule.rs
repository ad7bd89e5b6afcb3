//! When to look again.

use super::{
    payment::{Payment, PaymentState},
    time::after,
};
use jiff::{SignedDuration, Timestamp};

/// How long a customer may still be about to pay. The banks' gateways of Iran give money back that nobody verifies
/// within 15 to 30 minutes, and their pages may be paid on for as long, whatever our own window is.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// When to ask the gateway about a payment again; `None` when there is nothing more to learn.
///
/// Every 20 seconds while the customer is expected to pay, every minute while money is on its way or the payment is
/// younger than `FRESH`, every 10 minutes for late money, and every hour after it was paid, because a chain may still
/// take it back. A contested one is watched until that is decided, however long it takes.
#[must_use]
pub fn next_check(payment: &Payment, now: Timestamp) -> Option<SignedDuration> {
    let is_over = now >= payment.watch_until;
    if is_over && payment.state != PaymentState::Disputed {
        return None;
    }
    let seconds = match payment.state {
        PaymentState::Created | PaymentState::Open if now < payment.expires_at => 20,
        PaymentState::Seen | PaymentState::Underpaid => 60,
        PaymentState::Disputed if is_over => 3600,
        PaymentState::Paid | PaymentState::Overpaid | PaymentState::Refunding | PaymentState::Refunded => {
            3600
        }
        PaymentState::Failed => return None,
        _ if now < after(payment.created_at, FRESH) => 60,
        _ => 600,
    };
    Some(SignedDuration::from_secs(seconds))
}

/// When to read a gateway's book onward for these payments; `None` when there are none.
///
/// Every 15 seconds while one of them is expected or on its way, else every minute: a payment that opens meanwhile waits
/// no longer than that.
#[must_use]
pub fn next_scan(watched: &[Payment], now: Timestamp) -> Option<SignedDuration> {
    let soon = |payment: &Payment| match payment.state {
        PaymentState::Created | PaymentState::Open => now < payment.expires_at,
        PaymentState::Seen | PaymentState::Underpaid => now < payment.watch_until,
        _ => false,
    };
    let seconds = if watched.iter().any(soon) { 15 } else { 60 };
    (!watched.is_empty()).then(|| SignedDuration::from_secs(seconds))
}
