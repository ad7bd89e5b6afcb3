//! Connections that have not shown yet that they may be here, bounded in all and for each source address, so that
//! whoever opens many and says nothing takes no place from anybody else.

use nexa_core::address::counted;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// The strangers of one or several ports.
#[derive(Debug)]
pub struct Strangers {
    most: usize,
    most_each: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    all: usize,
    each: HashMap<IpAddr, usize>,
}

/// One of them. Its place is free again when this is dropped: when it is known, or gone.
#[derive(Debug)]
pub struct Stranger {
    among: Arc<Strangers>,
    address: IpAddr,
}

impl Strangers {
    /// At most `most` at the same time, and `most_each` of one address.
    #[must_use]
    pub fn new(most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self { most, most_each, waiting: Mutex::default() })
    }

    /// A place for a connection from there, if there is one.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Stranger> {
        let address = counted(address);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let here = waiting.each.get(&address).copied().unwrap_or(0);
        if waiting.all >= self.most || here >= self.most_each {
            return None;
        }
        waiting.all += 1;
        waiting.each.insert(address, here + 1);
        Some(Stranger { among: Arc::clone(self), address })
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let mut waiting = self.among.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.all = waiting.all.saturating_sub(1);
        let left = waiting.each.get(&self.address).map_or(0, |here| here.saturating_sub(1));
        if left == 0 {
            waiting.each.remove(&self.address);
        } else {
            waiting.each.insert(self.address, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_share() {
        let strangers = Strangers::new(3, 2);
        let at = |text: &str| strangers.admit(text.parse().unwrap());
        let (one, two) = (at("192.0.2.1"), at("192.0.2.1"));
        assert!(one.is_some() && two.is_some() && at("192.0.2.1").is_none());
        let three = at("192.0.2.2");
        assert!(three.is_some() && at("192.0.2.3").is_none(), "all places are taken");
        drop((one, two));
        assert!(at("192.0.2.3").is_some());
        drop(three);
        assert!(strangers.waiting.lock().unwrap().each.is_empty(), "nobody is remembered");
    }
}
