//! Events and journals, one after the other, into figures.

use super::{
    Delta, Figure, RETURN_DAYS, Row,
    money::{Booked, sort},
    past::{Past, Subject, SubscriptionPast, TicketPast, UserPast, Wait},
};
use crate::{
    domain::{
        event::Event,
        ledger::Account,
        money::Currency,
        order::{Order, OrderKind, What},
        pack::PackKind,
        time::{after, days},
    },
    ids::{GatewayId, OrderId, PaymentId, ShopId, SubscriptionId, UserId},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The shop's calendar. Days are counted from 1970-01-01; a month is named by its first day.
pub trait Calendar {
    /// The day of a moment.
    fn day(&self, at: Timestamp) -> i64;
    /// The first day of the month that a day is in.
    fn month(&self, day: i64) -> i64;
}

/// What is being folded, with what is known of the past and what it comes to.
pub struct Fold<'a> {
    calendar: &'a (dyn Calendar + Sync),
    currency: Currency,
    /// The orders that events and journals speak of.
    pub orders: BTreeMap<OrderId, Order>,
    /// For which order each payment is, and through which gateway.
    pub payments: BTreeMap<PaymentId, (OrderId, GatewayId)>,
    /// The shops of the resellers whose accounts journals move.
    pub resellers: BTreeMap<UserId, ShopId>,
    /// What is remembered of each subject.
    pub past: BTreeMap<Subject, Past>,
    sums: BTreeMap<(Figure, String, i64), i64>,
}

impl<'a> Fold<'a> {
    /// Nothing folded yet, in a shop with this calendar and currency.
    #[must_use]
    pub fn new(calendar: &'a (dyn Calendar + Sync), currency: Currency) -> Self {
        Self {
            calendar,
            currency,
            orders: BTreeMap::new(),
            payments: BTreeMap::new(),
            resellers: BTreeMap::new(),
            past: BTreeMap::new(),
            sums: BTreeMap::new(),
        }
    }

    /// The order that an event speaks of; to be in `orders` before it is folded.
    #[must_use]
    pub const fn order_of(event: &Event) -> Option<OrderId> {
        match event {
            Event::OrderPlaced { order, .. }
            | Event::OrderPaid { order, .. }
            | Event::OrderRefunded { order, .. } => Some(*order),
            _ => None,
        }
    }

    /// Whose past an event needs, once its order is in `orders`.
    #[must_use]
    pub fn subjects_of(&self, event: &Event) -> Vec<Subject> {
        let order = Self::order_of(event).and_then(|id| self.orders.get(&id));
        match event {
            Event::UserSignedUp { user } => vec![Subject::User(*user)],
            Event::OrderPlaced { .. } | Event::OrderPaid { .. } | Event::OrderRefunded { .. } => {
                let Some(order) = order else { return Vec::new() };
                let held = order.subscription_id().map(Subject::Subscription);
                [Subject::User(order.user_id)].into_iter().chain(held).collect()
            }
            Event::SubscriptionEnded { subscription, .. }
            | Event::SubscriptionExhausted { subscription, .. }
            | Event::SubscriptionReady { subscription, .. }
            | Event::PlanChanged { subscription, .. }
            | Event::PackAdded { subscription, .. }
            | Event::SubscriptionExtended { subscription, .. } => vec![Subject::Subscription(*subscription)],
            Event::TicketOpened { ticket, .. } | Event::TicketAnswered { ticket, .. } => {
                vec![Subject::Ticket(*ticket)]
            }
            _ => Vec::new(),
        }
    }

    /// Whose past a journal needs: that of the users whose wallets it moves.
    #[must_use]
    pub fn subjects_of_journal(of: &Booked) -> Vec<Subject> {
        of.users().map(Subject::User).collect()
    }

    /// What it came to: each sum that is not zero.
    #[must_use]
    pub fn deltas(&self) -> Vec<Delta> {
        let sums = self.sums.iter().filter(|(_, value)| **value != 0);
        sums.map(|((figure, slice, day), value)| Delta {
            figure: *figure,
            row: Row { slice: slice.clone(), day: *day, value: *value },
        })
        .collect()
    }

    fn add(&mut self, figure: Figure, slice: &str, day: i64, by: i64) {
        let sum = self.sums.entry((figure, slice.to_owned(), day)).or_default();
        *sum = sum.saturating_add(by);
    }

    fn user(&self, id: UserId) -> UserPast {
        match self.past.get(&Subject::User(id)) {
            Some(Past::User(past)) => past.clone(),
            _ => UserPast::default(),
        }
    }

    fn subscription(&self, id: SubscriptionId) -> SubscriptionPast {
        match self.past.get(&Subject::Subscription(id)) {
            Some(Past::Subscription(past)) => past.clone(),
            _ => SubscriptionPast::default(),
        }
    }

    /// One event that happened then.
    pub fn event(&mut self, event: &Event, at: Timestamp) {
        let day = self.calendar.day(at);
        match event {
            Event::UserSignedUp { user } => {
                self.add(Figure::UsersNew, "", day, 1);
                let known = self.user(*user);
                // Whoever ordered before is not followed through the funnel: its first step was not seen.
                let past = UserPast { signed: Some(day).filter(|_| !known.placed), ..known };
                self.past.insert(Subject::User(*user), Past::User(past));
            }
            Event::UserLeft { .. } => self.add(Figure::UsersLeft, "", day, 1),
            Event::OrderPlaced { .. } | Event::OrderPaid { .. } | Event::OrderRefunded { .. } => {
                let order = Self::order_of(event).and_then(|id| self.orders.get(&id)).cloned();
                if let Some(order) = order {
                    // As the order and the books say it: between that and the event, a day may have begun.
                    let paid = order.paid_at.filter(|_| matches!(event, Event::OrderPaid { .. }));
                    self.order(event, &order, paid.map_or(day, |at| self.calendar.day(at)));
                }
            }
            Event::OrderExpired { .. } => self.add(Figure::OrdersExpired, "", day, 1),
            Event::ReceiptRejected { .. } => self.add(Figure::ReceiptsRejected, "", day, 1),
            Event::PaymentDoubted { .. } => self.add(Figure::PaymentsDoubted, "", day, 1),
            Event::TicketOpened { ticket, .. } => {
                let past = TicketPast { waits_since: Some(at) };
                self.past.insert(Subject::Ticket(*ticket), Past::Ticket(past));
            }
            Event::TicketAnswered { ticket, .. } => {
                let subject = Subject::Ticket(*ticket);
                if let Some(Past::Ticket(TicketPast { waits_since: Some(since) })) = self.past.get(&subject) {
                    let step = Wait::step(*since, at);
                    self.add(Figure::FirstResponse, &format!("minutes:{step}"), day, 1);
                    self.past.insert(subject, Past::Ticket(TicketPast::default()));
                }
            }
            _ => self.service(event, at, day),
        }
    }

    /// What happened to a subscription.
    fn service(&mut self, event: &Event, at: Timestamp, day: i64) {
        match event {
            Event::SubscriptionEnded { subscription, .. }
            | Event::SubscriptionExhausted { subscription, .. } => {
                let past = self.subscription(*subscription);
                if past.paid && past.over.is_none() {
                    self.add(Figure::Ended, "", day, 1);
                    let past = SubscriptionPast { over: Some((at, day)), ..past };
                    self.past.insert(Subject::Subscription(*subscription), Past::Subscription(past));
                }
            }
            Event::SubscriptionReady { subscription, .. }
            | Event::PlanChanged { subscription, .. }
            | Event::PackAdded { subscription, what: PackKind::Traffic, .. }
            | Event::SubscriptionExtended { subscription, runs: true, .. } => {
                let past = self.subscription(*subscription);
                let Some((since, ended)) = past.over else { return };
                if at <= after(since, days(RETURN_DAYS)) {
                    self.add(Figure::Returned, "", ended, 1);
                } else {
                    self.add(Figure::WonBack, "", day, 1);
                }
                let past = SubscriptionPast { over: None, ..past };
                self.past.insert(Subject::Subscription(*subscription), Past::Subscription(past));
            }
            _ => {}
        }
    }

    fn order(&mut self, event: &Event, order: &Order, day: i64) {
        let mut past = self.user(order.user_id);
        let what = order.kind.what();
        let kind = format!("kind:{}", word(what));
        let is_free = matches!(what, What::Trial | What::Given | What::Adopted);
        match event {
            Event::OrderPlaced { .. } if !is_free => {
                self.add(Figure::OrdersPlaced, "", day, 1);
                self.add(Figure::OrdersPlaced, &kind, day, 1);
                if order.price.is_positive() && order.kind != OrderKind::TopUp {
                    self.placed(&mut past);
                }
            }
            Event::OrderPaid { .. } => {
                self.add(Figure::OrdersPaid, "", day, 1);
                self.add(Figure::OrdersPaid, &kind, day, 1);
                if let Some(plan) = order.plan_id() {
                    self.add(Figure::OrdersPaid, &format!("plan:{plan}"), day, 1);
                }
                if is_sale(what) {
                    self.add(Figure::OrdersSold, "", day, 1);
                    self.sold(&plan_slice(Some(order)), order, day);
                    if !order.price.is_positive() {
                        // Nothing will be booked for it.
                        self.sold("method:wallet", order, day);
                    }
                }
                self.paid(&mut past, order, day);
            }
            Event::OrderRefunded { .. } => {
                if let Some(cohort) = past.cohort {
                    let month = self.calendar.month(day);
                    let back = order.price.minor.saturating_neg();
                    self.add(Figure::CohortRevenue, &format!("month:{cohort}"), month, back);
                }
            }
            _ => {}
        }
        self.past.insert(Subject::User(order.user_id), Past::User(past));
    }

    fn sold(&mut self, slice: &str, order: &Order, day: i64) {
        self.add(Figure::OrdersSold, slice, day, 1);
        self.add(Figure::Sold, slice, day, order.price.minor);
    }

    fn placed(&mut self, past: &mut UserPast) {
        if past.placed {
            return;
        }
        past.placed = true;
        if let Some(signed) = past.signed {
            self.add(Figure::FunnelPlaced, "", signed, 1);
        }
    }

    fn paid(&mut self, past: &mut UserPast, order: &Order, day: i64) {
        if matches!(order.kind, OrderKind::Trial(_)) && past.trial.is_none() {
            past.trial = Some(day);
            self.add(Figure::Trials, "", day, 1);
            if let Some(signed) = past.signed {
                self.add(Figure::FunnelTrial, "", signed, 1);
            }
        }
        if order.kind == OrderKind::TopUp {
            self.add(Figure::ToppedUp, "", day, order.price.minor);
            return;
        }
        if !order.price.is_positive() {
            return;
        }
        self.add(Figure::OrdersPaid, "sold", day, 1);
        self.placed(past);
        past.paid = past.paid.saturating_add(1);
        let month = self.calendar.month(day);
        let cohort = *past.cohort.get_or_insert(month);
        if past.paid == 1 {
            self.add(Figure::PayersNew, "", day, 1);
            if let Some(trial) = past.trial {
                self.add(Figure::TrialsPaid, "", trial, 1);
            }
        }
        let step =
            [Figure::FunnelPaid, Figure::FunnelSecond].into_iter().zip(1..).find(|(_, n)| *n == past.paid);
        if let (Some(signed), Some((figure, _))) = (past.signed, step) {
            self.add(figure, "", signed, 1);
        }
        let slice = format!("month:{cohort}");
        self.add(Figure::CohortRevenue, &slice, month, order.price.minor);
        self.covers(past, order, day, &slice);
        if let Some(id) = order.subscription_id() {
            let held = self.subscription(id);
            if matches!(order.kind, OrderKind::Renewal(_)) && held.paid && held.over.is_none() {
                self.add(Figure::RenewedBefore, "", day, 1);
            }
            let held = SubscriptionPast { paid: true, ..held };
            self.past.insert(Subject::Subscription(id), Past::Subscription(held));
        }
    }

    /// Counts each month that an order pays for once; the month of the payment always.
    fn covers(&mut self, past: &mut UserPast, order: &Order, day: i64, slice: &str) {
        let length = order.sale().map_or(0, |sale| i64::from(sale.terms.days));
        let last = self.calendar.month(day.saturating_add(length));
        let mut month = self.calendar.month(day);
        while month <= last {
            if past.covered.is_none_or(|covered| covered < month) {
                self.add(Figure::CohortRetained, slice, month, 1);
                past.covered = Some(month);
            }
            // The first of a month and 31 days is in the next one, in every calendar that we have.
            month = self.calendar.month(month.saturating_add(31)).max(month.saturating_add(1));
        }
    }

    /// One journal.
    pub fn journal(&mut self, of: &Booked) {
        let day = self.calendar.day(of.at);
        let own = |e: &&crate::domain::ledger::Entry| e.amount.currency == self.currency;
        let lines: Vec<_> = of.entries.iter().filter(own).map(|e| (e.account, e.amount.minor)).collect();
        for (account, minor) in &lines {
            self.add(Figure::Books, sort(*account), day, *minor);
        }
        if let Some((order, gateway)) = of.payment().and_then(|id| self.payments.get(&id)).copied() {
            let credited = lines.iter().filter(|(_, minor)| *minor > 0).find_map(|(a, _)| user_of(*a));
            if let Some(user) = credited {
                let past = UserPast { through: Some((order, gateway)), ..self.user(user) };
                self.past.insert(Subject::User(user), Past::User(past));
            }
        }
        let sold: i64 = lines.iter().filter(|(a, _)| *a == Account::Revenue).map(|(_, minor)| *minor).sum();
        if sold == 0 {
            return;
        }
        let reseller = lines.iter().find_map(|(account, _)| self.reseller_of(*account));
        let reseller = reseller.filter(|_| of.is_between_shops()).map(|shop| format!("reseller:{shop}"));
        let order = of.order();
        let plan = plan_slice(order.and_then(|id| self.orders.get(&id)));
        if of.is_refund() {
            self.add(Figure::Refunds, "", day, 1);
            self.add(Figure::Refunded, "", day, sold.saturating_neg());
            self.add(Figure::Refunded, &plan, day, sold.saturating_neg());
            if let Some(reseller) = reseller {
                self.add(Figure::Refunded, &reseller, day, sold.saturating_neg());
            }
            return;
        }
        let payer = lines.iter().find_map(|(a, _)| user_of(*a)).map(|user| self.user(user));
        let through = payer.and_then(|past| past.through).filter(|(meant, _)| Some(*meant) == order);
        let otherwise = if of.is_wholesale() { "resellers" } else { "wallet" };
        let method = through.map_or_else(|| otherwise.to_owned(), |(_, gateway)| gateway.to_string());
        let method = format!("method:{method}");
        self.add(Figure::Revenue, "", day, sold);
        self.add(Figure::Revenue, &plan, day, sold);
        self.add(Figure::Revenue, &method, day, sold);
        if let Some(order) = of.sale().and_then(|id| self.orders.get(&id)).cloned() {
            self.sold(&method, &order, day);
        }
        if let Some(reseller) = reseller {
            self.add(Figure::Revenue, &reseller, day, sold);
        }
    }

    fn reseller_of(&self, account: Account) -> Option<ShopId> {
        match account {
            Account::Owed(shop) => Some(shop),
            _ => user_of(account).and_then(|user| self.resellers.get(&user)).copied(),
        }
    }
}

pub(super) const fn user_of(account: Account) -> Option<UserId> {
    match account {
        Account::Wallet(user) | Account::Held(user) => Some(user),
        _ => None,
    }
}

/// Whether an order of this kind buys something.
const fn is_sale(what: What) -> bool {
    matches!(what, What::New | What::Renewal | What::Change | What::Pack | What::Gift)
}

fn plan_slice(of: Option<&Order>) -> String {
    of.and_then(Order::plan_id).map_or_else(|| "plan:none".to_owned(), |plan| format!("plan:{plan}"))
}

fn word(what: What) -> String {
    serde_json::to_value(what).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
