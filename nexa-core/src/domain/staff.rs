//! The staff of a shop: who may do what in the office, and who may decide on that.

use super::{
    permission::Permissions,
    refusal::Refusal,
    user::{Role, User},
};
use crate::ids::{ShopId, UserId};
use jiff::{SignedDuration, Timestamp};

/// How long an owner may go without a second factor, from the first proof on: long enough to set a shop up.
const OWNERS_GRACE: SignedDuration = SignedDuration::from_hours(24);

/// What a shop keeps of somebody whom it let into the office. Of an owner the permissions say nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// In which shop.
    pub shop_id: ShopId,
    /// Who.
    pub user_id: UserId,
    /// What the colleagues call them, 1 to 60 characters.
    pub name: String,
    /// What they may do.
    pub permissions: Permissions,
    /// When they were invited.
    pub since: Timestamp,
}

/// What holds for the whole staff of a shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StaffRules {
    /// Whether the office is shut for whoever has no second factor.
    pub second_factor: bool,
}

impl Default for StaffRules {
    fn default() -> Self {
        Self { second_factor: true }
    }
}

/// How high somebody stands in the office.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rank {
    /// Whether the shop is theirs.
    pub owner: bool,
    /// What they may do; an owner everything.
    pub permissions: Permissions,
}

impl Rank {
    /// Outside the office.
    pub const NONE: Self = Self { owner: false, permissions: Permissions::NONE };

    /// An owner's.
    #[must_use]
    pub fn owner() -> Self {
        Self { owner: true, permissions: Permissions::all() }
    }

    /// A user's, with what the shop keeps of them.
    #[must_use]
    pub fn of(user: &User, member: Option<&Member>) -> Self {
        match user.role {
            Role::Customer => Self::NONE,
            Role::Staff => {
                let permissions = member.map_or(Permissions::NONE, |m| m.permissions);
                Self { owner: false, permissions }
            }
            Role::Operator => Self::owner(),
        }
    }

    /// The role that goes with it.
    #[must_use]
    pub const fn role(&self) -> Role {
        if self.owner { Role::Operator } else { Role::Staff }
    }
}

/// A change of somebody's rank, and who wants it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Who wants it.
    pub by: UserId,
    /// How high that one stands.
    pub theirs: Rank,
    /// Whose rank it is.
    pub of: UserId,
    /// How high they stand.
    pub was: Rank,
    /// How high they shall stand.
    pub wish: Rank,
    /// How many owners the shop has.
    pub owners: usize,
}

impl Change {
    /// Refuses what nobody may: to change oneself, to give or take what one does not hold, to make or unmake an owner
    /// without being one, and to leave a shop without an owner.
    pub fn checked(&self) -> Result<(), Refusal> {
        let touched = self.was.owner || self.wish.owner;
        let (given, taken) = (
            self.wish.permissions.without(&self.was.permissions),
            self.was.permissions.without(&self.wish.permissions),
        );
        let held = self.theirs.permissions.cover(&given) && self.theirs.permissions.cover(&taken);
        let last = self.was.owner && !self.wish.owner && self.owners <= 1;
        if self.by == self.of || (touched && !self.theirs.owner) || !held || last {
            return Err(Refusal::NotAllowed);
        }
        Ok(())
    }
}

/// What a member of the staff is called.
pub fn name(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if (1..=60).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::bad_input("name", "1 to 60 characters"))
    }
}

/// Whether the office stays shut for somebody without a second factor who first proved who they are then.
#[must_use]
pub fn wants_second_factor(rules: StaffRules, role: Role, first: Option<Timestamp>, now: Timestamp) -> bool {
    let late = || first.is_none_or(|first| now.duration_since(first) >= OWNERS_GRACE);
    rules.second_factor
        && match role {
            Role::Customer => false,
            Role::Staff => true,
            Role::Operator => late(),
        }
}

/// Usual sets of permissions, as a suggestion for whoever invites somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preset {
    /// Runs the shop day by day.
    Manager,
    /// Answers customers.
    Support,
    /// Looks after the money.
    Accountant,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Manager, Self::Support, Self::Accountant];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Support => "support",
            Self::Accountant => "accountant",
        }
    }

    /// What it suggests.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        use super::permission::Permission as May;
        match self {
            Self::Manager => Permissions::all().without(&[May::Staff, May::Gateways].into_iter().collect()),
            Self::Support => [May::SeeCustomers, May::ServeCustomers, May::Support].into_iter().collect(),
            Self::Accountant => {
                [May::SeeCustomers, May::DecidePayments, May::MoveMoney, May::Reports].into_iter().collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Permission as May;
    use uuid::Uuid;

    fn user(id: u128) -> UserId {
        UserId::from(Uuid::from_u128(id))
    }

    fn rank(all: &[May]) -> Rank {
        Rank { owner: false, permissions: all.iter().copied().collect() }
    }

    fn change(theirs: Rank, was: Rank, wish: Rank) -> Change {
        Change { by: user(1), theirs, of: user(2), was, wish, owners: 2 }
    }

    #[test]
    fn one_gives_and_takes_what_one_holds() {
        let lead = || rank(&[May::Staff, May::Support, May::Servers]);
        let support = || rank(&[May::Support]);
        assert_eq!(change(lead(), Rank::NONE, support()).checked(), Ok(()));
        assert_eq!(change(lead(), support(), Rank::NONE).checked(), Ok(()));
        let more = rank(&[May::Support, May::MoveMoney]);
        assert_eq!(change(lead(), support(), more).checked(), Err(Refusal::NotAllowed), "not theirs");
        assert_eq!(change(lead(), more, support()).checked(), Err(Refusal::NotAllowed), "nor to take");
        let kept = rank(&[May::Servers, May::MoveMoney]);
        let was = rank(&[May::MoveMoney]);
        assert_eq!(change(lead(), was, kept).checked(), Ok(()), "what stays is not touched");
        assert_eq!(change(Rank::owner(), more, Rank::NONE).checked(), Ok(()));
    }

    #[test]
    fn nobody_changes_themselves() {
        let own = Change { of: user(1), ..change(Rank::owner(), Rank::owner(), rank(&[May::Support])) };
        assert_eq!(own.checked(), Err(Refusal::NotAllowed));
    }

    #[test]
    fn only_owners_make_and_unmake_owners_and_one_stays() {
        let all = Rank { owner: false, permissions: Permissions::all() };
        assert_eq!(change(all, Rank::NONE, Rank::owner()).checked(), Err(Refusal::NotAllowed));
        assert_eq!(change(all, Rank::owner(), all).checked(), Err(Refusal::NotAllowed));
        assert_eq!(change(Rank::owner(), all, Rank::owner()).checked(), Ok(()));
        assert_eq!(change(Rank::owner(), Rank::owner(), all).checked(), Ok(()));
        let last = Change { owners: 1, ..change(Rank::owner(), Rank::owner(), all) };
        assert_eq!(last.checked(), Err(Refusal::NotAllowed));
    }

    #[test]
    fn an_owner_has_a_day_and_staff_none() {
        let (first, rules) = (Timestamp::UNIX_EPOCH, StaffRules::default());
        let at = |hours| first + SignedDuration::from_hours(hours);
        let wants = |role, hours| wants_second_factor(rules, role, Some(first), at(hours));
        assert!(wants(Role::Staff, 0) && !wants(Role::Customer, 99));
        assert!(!wants(Role::Operator, 23) && wants(Role::Operator, 24));
        assert!(wants_second_factor(rules, Role::Operator, None, first), "unproved");
        let lax = StaffRules { second_factor: false };
        assert!(!wants_second_factor(lax, Role::Staff, Some(first), at(99)));
    }

    #[test]
    fn presets_suggest_less_than_everything() {
        for preset in Preset::ALL {
            assert!(!preset.permissions().has(May::Staff), "{}", preset.name());
        }
        assert_eq!(name(" Sara "), Ok("Sara".to_owned()));
        assert!(name("").is_err() && name(&"x".repeat(61)).is_err() && name("a\nb").is_err());
    }
}
