//! Who works in a shop's office.

use super::layer::{reads, writes};
use crate::{
    domain::staff::{Member, StaffRules},
    error::Failure,
    ids::{ShopId, UserId},
};

reads! {
/// Reads of the staff.
pub trait StaffReads {
    /// Everybody whom the shop let in, oldest first; the first owner only after somebody gave them a name.
    async fn staff(&mut self, shop: ShopId) -> Result<Vec<Member>, Failure>;
    /// What is kept of one.
    async fn member(&mut self, shop: ShopId, user: UserId) -> Result<Option<Member>, Failure>;
    /// What holds for all of them, if that was decided.
    async fn staff_rules(&mut self, shop: ShopId) -> Result<Option<StaffRules>, Failure>;
}
}

writes! {
/// Writes of the staff.
pub trait StaffWrites {
    /// Inserts or replaces what is kept of somebody.
    async fn save_member(&mut self, member: &Member) -> Result<(), Failure>;
    /// Forgets somebody; whether they were there.
    async fn delete_member(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure>;
    /// Decides what holds for all of them.
    async fn save_staff_rules(&mut self, shop: ShopId, rules: StaffRules) -> Result<(), Failure>;
}
}
