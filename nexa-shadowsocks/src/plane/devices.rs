//! How many devices use one identity at the same time, told by their source addresses. In memory only.

use nexa_core::address::counted;
use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// An address that was silent for so long gives its place to another: a phone that moved from Wi-Fi to mobile data
/// leaves connections behind that seem open for minutes.
const SILENT: Duration = Duration::from_secs(30);

/// The places of one identity.
#[derive(Debug)]
pub struct Devices {
    places: Mutex<Places>,
}

#[derive(Debug)]
struct Places {
    most: usize,
    taken: Vec<(IpAddr, Instant)>,
}

impl Devices {
    /// Places for `most` devices.
    #[must_use]
    pub fn new(most: u32) -> Self {
        let places = Places { most: size(most), taken: Vec::new() };
        Self { places: Mutex::new(places) }
    }

    /// Another number of places.
    pub fn set_most(&self, most: u32) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.most = size(most);
    }

    /// Whether a device at `address` may move something now. It keeps its place as long as it does.
    pub fn admit(&self, address: IpAddr, now: Instant) -> bool {
        let address = counted(address);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let most = places.most;
        if let Some(at) = places.taken.iter().position(|(taken, _)| *taken == address) {
            if let Some(place) = places.taken.get_mut(at) {
                place.1 = now;
            }
            return at < most;
        }
        if places.taken.len() >= most {
            places.taken.retain(|(_, last)| now.saturating_duration_since(*last) < SILENT);
        }
        let free = places.taken.len() < most;
        if free {
            places.taken.push((address, now));
        }
        free
    }
}

fn size(most: u32) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_device_gives_its_place_away() {
        let devices = Devices::new(2);
        let now = Instant::now();
        let at = |text: &str, seconds: u64| {
            devices.admit(text.parse().unwrap(), now + Duration::from_secs(seconds))
        };
        assert!(at("192.0.2.1", 0) && at("192.0.2.2", 0));
        assert!(!at("192.0.2.3", 10));
        assert!(at("192.0.2.1", 25), "still there");
        assert!(at("192.0.2.3", 31), "the second was silent");
        assert!(!at("192.0.2.2", 32));
    }

    #[test]
    fn a_customer_with_ipv6_is_one_device() {
        let devices = Devices::new(1);
        let now = Instant::now();
        assert!(devices.admit("2001:db8::1".parse().unwrap(), now));
        assert!(devices.admit("2001:db8::ffff:2".parse().unwrap(), now));
        assert!(!devices.admit("2001:db8:0:1::1".parse().unwrap(), now));
    }

    #[test]
    fn fewer_places_stop_the_last_comers() {
        let devices = Devices::new(2);
        let now = Instant::now();
        let (one, two) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert!(devices.admit(one, now) && devices.admit(two, now));
        devices.set_most(1);
        assert!(devices.admit(one, now) && !devices.admit(two, now));
    }
}
