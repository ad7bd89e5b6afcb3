//! The order in which a shop shows what it has, where its operator arranged it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is arranged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Plans.
    Plans,
    /// Packs.
    Packs,
    /// Ways to be paid.
    Gateways,
}

/// The items that `order` names in its order, then all others as they came.
#[must_use]
pub fn arranged<T>(mut items: Vec<T>, order: &[Uuid], id: impl Fn(&T) -> Uuid) -> Vec<T> {
    let place = |item: &T| order.iter().position(|known| *known == id(item)).unwrap_or(usize::MAX);
    items.sort_by_key(place);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_arranged_comes_first_and_the_rest_stays_as_it_was() {
        let id = |n: u128| Uuid::from_u128(n);
        let shown = arranged(vec![1, 2, 3, 4], &[id(3), id(9), id(1)], |n| id(*n));
        assert_eq!(shown, [3, 1, 2, 4]);
    }
}
