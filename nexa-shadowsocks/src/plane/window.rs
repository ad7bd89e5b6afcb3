//! Which packets of a UDP session were seen already (SIP022: a sliding window over packet ids).

/// Packets behind the newest that are still taken.
const WIDTH: u64 = 128;

/// The newest packet id and a bit for each of the ids behind it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    newest: Option<u64>,
    seen: u128,
}

impl Window {
    /// Notes a packet; false when it was noted before or is too old to tell.
    pub fn take(&mut self, id: u64) -> bool {
        let Some(newest) = self.newest else {
            *self = Self { newest: Some(id), seen: 1 };
            return true;
        };
        if id > newest {
            let ahead = id - newest;
            let moved = u32::try_from(ahead).ok().and_then(|by| self.seen.checked_shl(by)).unwrap_or(0);
            *self = Self { newest: Some(id), seen: moved | 1 };
            return true;
        }
        let behind = newest - id;
        if behind >= WIDTH {
            return false;
        }
        let bit = 1_u128 << behind;
        let fresh = self.seen & bit == 0;
        self.seen |= bit;
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_is_taken_once() {
        let mut window = Window::default();
        assert!(window.take(5) && !window.take(5));
        assert!(window.take(3) && !window.take(3), "late, but once");
        assert!(window.take(200) && !window.take(5), "too old to tell");
        assert!(window.take(73) && !window.take(73), "127 behind");
        assert!(!window.take(72), "128 behind");
        assert!(window.take(u64::MAX) && !window.take(u64::MAX) && !window.take(0));
    }
}
