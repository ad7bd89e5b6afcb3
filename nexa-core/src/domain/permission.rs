//! What a member of staff may do. The scope `manage` lets somebody into the office at all; permissions say what there.

use super::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// One thing that a member of staff may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See customers, their orders, subscriptions and payments.
    SeeCustomers,
    /// Block customers; give away, extend, stop and take back what they have.
    ServeCustomers,
    /// Answer tickets.
    Support,
    /// Decide on receipts, deposits and payments in doubt.
    DecidePayments,
    /// Take orders back, send money back, correct wallets.
    MoveMoney,
    /// Plans, packs, groups, coupons, invitations, campaigns.
    Catalogue,
    /// Servers.
    Servers,
    /// Gateways and rates.
    Gateways,
    /// Broadcasts.
    Broadcasts,
    /// The shop itself: brand, hosts, bot, links, alerts, maintenance, jobs that got stuck.
    Settings,
    /// Sales, takings, books, analytics, lists to take along.
    Reports,
    /// Staff, their permissions, keys for programs, webhooks, and the record of what was done.
    Staff,
    /// Resellers, their prices and their credit.
    Resellers,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::SeeCustomers,
        Self::ServeCustomers,
        Self::Support,
        Self::DecidePayments,
        Self::MoveMoney,
        Self::Catalogue,
        Self::Servers,
        Self::Gateways,
        Self::Broadcasts,
        Self::Settings,
        Self::Reports,
        Self::Staff,
        Self::Resellers,
    ];

    const fn bit(self) -> u32 {
        match self {
            Self::SeeCustomers => 1,
            Self::ServeCustomers => 1 << 1,
            Self::Support => 1 << 2,
            Self::DecidePayments => 1 << 3,
            Self::MoveMoney => 1 << 4,
            Self::Catalogue => 1 << 5,
            Self::Servers => 1 << 6,
            Self::Gateways => 1 << 7,
            Self::Broadcasts => 1 << 8,
            Self::Settings => 1 << 9,
            Self::Reports => 1 << 10,
            Self::Staff => 1 << 11,
            Self::Resellers => 1 << 12,
        }
    }

    /// Its stable name, for interfaces and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeeCustomers => "see_customers",
            Self::ServeCustomers => "serve_customers",
            Self::Support => "support",
            Self::DecidePayments => "decide_payments",
            Self::MoveMoney => "move_money",
            Self::Catalogue => "catalogue",
            Self::Servers => "servers",
            Self::Gateways => "gateways",
            Self::Broadcasts => "broadcasts",
            Self::Settings => "settings",
            Self::Reports => "reports",
            Self::Staff => "staff",
            Self::Resellers => "resellers",
        }
    }
}

/// Whoever has one of these sees payments, their orders, and what waits of them.
pub const SEE_PAYMENTS: &[Permission] =
    &[Permission::SeeCustomers, Permission::DecidePayments, Permission::MoveMoney];
/// Whoever has one of these sees wallets.
pub const SEE_WALLETS: &[Permission] = &[Permission::SeeCustomers, Permission::MoveMoney];
/// Whoever has one of these sees that there are tickets of a customer; reading them is [`Permission::Support`]'s.
pub const SEE_TICKETS: &[Permission] = &[Permission::SeeCustomers, Permission::Support];
/// Whoever has one of these has to choose a plan now and then.
pub const SEE_PLANS: &[Permission] = &[
    Permission::Catalogue,
    Permission::ServeCustomers,
    Permission::Broadcasts,
    Permission::Settings,
    Permission::Resellers,
];
/// Whoever has one of these has to choose a pack now and then.
pub const SEE_PACKS: &[Permission] = &[Permission::Catalogue, Permission::Resellers];
/// Whoever has one of these has to choose a group now and then.
pub const SEE_GROUPS: &[Permission] =
    &[Permission::Catalogue, Permission::Servers, Permission::ServeCustomers, Permission::Broadcasts];
/// Whoever has one of these looks at invoices: those to resellers, or those of the supplier.
pub const SEE_INVOICES: &[Permission] = &[Permission::Resellers, Permission::Catalogue];
/// Whoever has one of these meets gateways by their names.
pub const SEE_GATEWAYS: &[Permission] = &[
    Permission::Gateways,
    Permission::SeeCustomers,
    Permission::DecidePayments,
    Permission::MoveMoney,
    Permission::Reports,
];

/// Whoever has one of these sees who brings customers and what they get for it.
pub const SEE_AFFILIATES: &[Permission] =
    &[Permission::Catalogue, Permission::MoveMoney, Permission::Reports];

/// What something needs: one permission, or any one of several.
pub trait Needed: Copy {
    /// Whether somebody with these may do it.
    fn met_by(&self, held: &Permissions) -> bool;
}

impl Needed for Permission {
    fn met_by(&self, held: &Permissions) -> bool {
        held.has(*self)
    }
}

impl Needed for &[Permission] {
    fn met_by(&self, held: &Permissions) -> bool {
        self.iter().any(|one| held.has(*one))
    }
}

/// A set of permissions, each at most once, in the order of [`Permission::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
pub struct Permissions(u32);

impl Permissions {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// Every one there is: what an owner has.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    /// Those named; refused when one is unknown.
    pub fn from_names(names: &[String]) -> Result<Self, Refusal> {
        let known = |name: &String| Permission::ALL.into_iter().find(|p| p.name() == name);
        let read: Option<Self> = names.iter().map(known).collect();
        read.ok_or_else(|| Refusal::bad_input("permissions", "unknown"))
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(&self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of the others are among them.
    #[must_use]
    pub const fn cover(&self, others: &Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// What both have.
    #[must_use]
    pub const fn and(&self, others: &Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Those of these that the others do not have.
    #[must_use]
    pub const fn without(&self, others: &Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Their names.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.iter().map(|p| p.name().to_owned()).collect()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + use<> {
        let held = *self;
        Permission::ALL.into_iter().filter(move |one| held.has(*one))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Self {
        Self(all.into_iter().fold(0, |held, one| held | one.bit()))
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(all: Vec<Permission>) -> Self {
        all.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(all: Permissions) -> Self {
        all.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_known_by_its_name_and_written_so() {
        for permission in Permission::ALL {
            let names = [permission.name().to_owned()];
            assert!(Permissions::from_names(&names).unwrap().has(permission));
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.name());
            let alone: Permissions = [permission].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [permission], "each has a bit of its own");
            let text = serde_json::to_string(&alone).unwrap();
            assert_eq!(serde_json::from_str::<Permissions>(&text).unwrap(), alone);
        }
        assert!(Permissions::from_names(&["everything".to_owned()]).is_err());
    }

    #[test]
    fn a_set_covers_what_is_in_it_and_nothing_else() {
        let some: Permissions =
            [Permission::Support, Permission::Servers, Permission::Support].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [Permission::Support, Permission::Servers]);
        assert!(Permissions::all().cover(&some) && !some.cover(&Permissions::all()));
        assert!(some.cover(&Permissions::NONE) && !Permissions::NONE.cover(&some));
        assert_eq!(some.and(&Permissions::all()), some);
        assert_eq!(some.and(&Permissions::NONE), Permissions::NONE);
        assert_eq!(some.without(&some), Permissions::NONE);
        assert_eq!(some.names(), ["support", "servers"]);
    }

    #[test]
    fn any_one_of_several_is_enough() {
        let clerk: Permissions = [Permission::DecidePayments].into_iter().collect();
        assert!(SEE_PAYMENTS.met_by(&clerk) && !SEE_TICKETS.met_by(&clerk));
        assert!(!SEE_PAYMENTS.met_by(&Permissions::NONE));
    }

    #[test]
    fn whoever_has_to_choose_something_sees_what_there_is_of_it() {
        let alone = |one| [one].into_iter().collect::<Permissions>();
        let (serves, sells) = (alone(Permission::ServeCustomers), alone(Permission::Resellers));
        assert!(SEE_PLANS.met_by(&serves) && SEE_GROUPS.met_by(&serves), "changes many at once");
        assert!(SEE_PLANS.met_by(&sells) && SEE_PACKS.met_by(&sells), "prices what resellers sell");
        assert!(!SEE_PACKS.met_by(&serves) && !SEE_GROUPS.met_by(&sells));
    }
}
