//! Places for pages that listen to an order: a bounded number, and a few for each customer, so that one cannot take all.

use nexa_core::ids::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Pages that may listen at the same time; others ask now and then.
const MOST: usize = 500;
/// Of one customer: a phone, a desktop, and a forgotten tab.
const MOST_OF_ONE: usize = 3;

/// The places.
#[derive(Clone, Default)]
pub struct Listeners(Arc<Mutex<HashMap<UserId, usize>>>);

/// A place that is taken, until it is dropped.
pub struct Seat {
    all: Listeners,
    user: UserId,
}

impl Listeners {
    /// A place for a page of this customer, if there is one.
    #[must_use]
    pub fn seat(&self, user: UserId) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= MOST {
            return None;
        }
        let own = taken.entry(user).or_insert(0);
        if *own >= MOST_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Seat { all: self.clone(), user })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.user) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.user)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_takes_three_places_and_all_take_500() {
        let listeners = Listeners::default();
        let user =
            |number: u32| -> UserId { format!("00000000-0000-7000-8000-{number:012}").parse().unwrap() };
        let mut own: Vec<_> = (0..3).filter_map(|_| listeners.seat(user(1))).collect();
        assert_eq!(own.len(), 3);
        assert!(listeners.seat(user(1)).is_none());
        drop(own.pop());
        assert!(listeners.seat(user(1)).is_some(), "and it is free again");
        let all: Vec<_> = (2..1000).filter_map(|number| listeners.seat(user(number))).collect();
        assert_eq!(all.len() + own.len(), MOST);
        drop((all, own));
        assert!(listeners.0.lock().unwrap().is_empty(), "nothing is left behind");
    }
}
