//! The names of the figures, what each means, and in what it is counted.

/// What a value is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number of things.
    Count,
    /// Minor units of the shop's currency.
    Money,
}

macro_rules! figures {
    ($($(#[$doc:meta])+ $name:ident = $word:literal, $kind:ident, $folded:literal;)+) => {
        /// A figure. The first line says what falls on a day; slices are named `plan:{id}`, `method:{gateway, wallet or
        /// resellers}`, `kind:{what}` and so on, and the empty one is the whole shop.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Figure { $($(#[$doc])+ $name,)+ }

        impl Figure {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its stable name, for the database and for programs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What it is counted in.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind),+ }
            }

            /// Whether it is folded from events and journals; the others are counted once a day.
            #[must_use]
            pub const fn is_folded(self) -> bool {
                match self { $(Self::$name => $folded),+ }
            }
        }
    };
}

figures! {
    /// Accounts that were made.
    UsersNew = "users_new", Count, true;
    /// Accounts that their owners deleted.
    UsersLeft = "users_left", Count, true;
    /// Orders of customers that were placed; by kind.
    OrdersPlaced = "orders_placed", Count, true;
    /// Orders that were paid, trials and what is given away included; by kind and by plan, and as `sold` those at a price
    /// that bought something: no top-ups.
    OrdersPaid = "orders_paid", Count, true;
    /// Orders of customers that were paid, whatever they cost: neither trials, nor plans that operators gave away, nor
    /// top-ups; a gift counts when it is made and when it is claimed. By plan and by method.
    OrdersSold = "orders_sold", Count, true;
    /// The prices of these orders; by plan and by method only.
    Sold = "sold", Money, true;
    /// Orders that nobody paid in time.
    OrdersExpired = "orders_expired", Count, true;
    /// Orders that were taken back.
    Refunds = "refunds", Count, true;
    /// What they gave back to wallets; by plan and by reseller.
    Refunded = "refunded", Money, true;
    /// What was sold, less what changes of plan gave back, before refunds, from the books; by plan, by method and by
    /// reseller.
    Revenue = "revenue", Money, true;
    /// Money that customers ordered into their wallets.
    ToppedUp = "topped_up", Money, true;
    /// How far each sort of account moved in the books, in the shop's currency; by sort, never for the whole shop.
    Books = "books", Money, true;
    /// Trials that were taken.
    Trials = "trials", Count, true;
    /// Of the trials of a day, those whose users paid for something until now.
    TrialsPaid = "trials_paid", Count, true;
    /// Users who paid for something for the first time.
    PayersNew = "payers_new", Count, true;
    /// Of the users who signed up on a day, those who took a trial until now.
    FunnelTrial = "funnel_trial", Count, true;
    /// Of those users, who ordered something at a price until now; money for the wallet is nothing yet.
    FunnelPlaced = "funnel_placed", Count, true;
    /// Of those users, who paid until now.
    FunnelPaid = "funnel_paid", Count, true;
    /// Of those users, who paid a second time until now.
    FunnelSecond = "funnel_second", Count, true;
    /// Renewals of paid subscriptions before their end.
    RenewedBefore = "renewed_before", Count, true;
    /// Paid subscriptions whose time or traffic was over.
    Ended = "ended", Count, true;
    /// Of those, the ones that went on within seven days. Churn of a day is what ended less these.
    Returned = "returned", Count, true;
    /// Paid subscriptions that went on later than that, on the day they did.
    WonBack = "won_back", Count, true;
    /// First answers to tickets; by the wait, see [`super::Wait`].
    FirstResponse = "first_response", Count, true;
    /// Receipts that were refused.
    ReceiptsRejected = "receipts_rejected", Count, true;
    /// Payments that contradict our records.
    PaymentsDoubted = "payments_doubted", Count, true;
    /// Users whose first payment was in the month that the slice begins with, and who paid for time in the month that
    /// begins on the day of the row. Refunds take nobody out.
    CohortRetained = "cohort_retained", Count, true;
    /// What these users paid in that month, less what was refunded in it.
    CohortRevenue = "cohort_revenue", Money, true;
    /// Subscriptions in use; by plan.
    Active = "active", Count, false;
    /// Users with a subscription in use that somebody paid for.
    Payers = "payers", Count, false;
    /// Monthly recurring revenue: what the paid subscriptions in use bring in 30 days, see [`super::monthly`]; by plan.
    Mrr = "mrr", Money, false;
    /// Subscriptions placed on a server; by server only.
    Load = "load", Count, false;
}

impl Figure {
    /// The figure of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|figure| figure.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_name_of_its_own() {
        for figure in Figure::ALL {
            assert_eq!(Figure::named(figure.name()), Some(*figure));
        }
        assert_eq!(Figure::named("profit"), None);
    }
}
