//! What the fold remembers of users, subscriptions and tickets, so that each step is counted once.

use crate::ids::{GatewayId, OrderId, SubscriptionId, TicketId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose past is remembered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A user's.
    User(UserId),
    /// A subscription's.
    Subscription(SubscriptionId),
    /// A ticket's.
    Ticket(TicketId),
}

impl Subject {
    /// As storage names it.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Subscription(id) => format!("subscription:{id}"),
            Self::Ticket(id) => format!("ticket:{id}"),
        }
    }
}

/// What is remembered of one subject.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Past {
    /// Nothing yet.
    #[default]
    None,
    /// Of a user.
    User(UserPast),
    /// Of a subscription.
    Subscription(SubscriptionPast),
    /// Of a ticket.
    Ticket(TicketPast),
}

/// How far a user came. Days are the shop's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct UserPast {
    /// The day of the sign-up.
    pub signed: Option<i64>,
    /// The day of the trial.
    pub trial: Option<i64>,
    /// Whether something was ordered at a price, other than money for the wallet.
    pub placed: bool,
    /// How many orders were paid.
    pub paid: u32,
    /// The first day of the month of the first payment.
    pub cohort: Option<i64>,
    /// The first day of the last month that was paid for.
    pub covered: Option<i64>,
    /// Which order the last money was meant for, and through which gateway it came.
    pub through: Option<(OrderId, GatewayId)>,
}

/// What became of a subscription.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SubscriptionPast {
    /// Whether somebody paid for it.
    pub paid: bool,
    /// Since when it is over, and on which day that was.
    pub over: Option<(Timestamp, i64)>,
}

/// What became of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TicketPast {
    /// When it was opened, until it is answered for the first time.
    pub waits_since: Option<Timestamp>,
}

/// How long a ticket waited for its first answer, in steps: each wait counts as the step that it does not exceed, so a
/// median over them is at most a step too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait;

impl Wait {
    /// The steps, in minutes: close together at first, a day and more apart at the end.
    pub const STEPS: [i64; 20] =
        [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320, 10_080];

    /// The step of a wait; the last one holds all that is longer.
    #[must_use]
    pub fn step(from: Timestamp, to: Timestamp) -> i64 {
        let minutes = (to.as_second() - from.as_second() + 59).div_euclid(60);
        Self::STEPS.into_iter().find(|step| minutes <= *step).unwrap_or(10_080)
    }
}
