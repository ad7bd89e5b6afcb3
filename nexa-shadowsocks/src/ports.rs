//! Which ports an identity gets. Pure.

use nexa_core::domain::grant::PanelId;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, ops::RangeInclusive};

/// Consecutive ports that an identity may open for its own services: enough for a site with its encrypted twin and one
/// thing more.
pub const PORTS_EACH: u16 = 3;

/// A free port for an identity: the one that its own number points to, or the next free one. So most identities get
/// their port again even after a node lost its disk. `None` when the range is full.
#[must_use]
pub fn choose(range: &RangeInclusive<u16>, taken: &BTreeSet<u16>, id: PanelId) -> Option<u16> {
    let (first, size) = (*range.start(), range.len());
    let digest = Sha256::new().chain_update(b"nexa port|").chain_update(id.expose()).finalize();
    let number = digest.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let begin = usize::try_from(number % u64::try_from(size.max(1)).unwrap_or(1)).unwrap_or(0);
    (0..size).find_map(|step| {
        let offset = u16::try_from((begin + step) % size).ok()?;
        let port = first.checked_add(offset)?;
        (!taken.contains(&port)).then_some(port)
    })
}

/// The first of a free block of [`PORTS_EACH`] ports for an identity, chosen as a port is. `taken` holds the first
/// ports of blocks. `None` when all blocks are taken.
#[must_use]
pub fn choose_block(range: &RangeInclusive<u16>, taken: &BTreeSet<u16>, id: PanelId) -> Option<u16> {
    let last = blocks(range).checked_sub(1)?;
    let taken = taken.iter().filter(|first| is_block(range, **first));
    let taken = taken.map(|first| (first - range.start()) / PORTS_EACH).collect();
    let number = choose(&(0..=last), &taken, id)?;
    Some(range.start() + number * PORTS_EACH)
}

/// How many blocks there are in a range.
#[must_use]
pub fn blocks(range: &RangeInclusive<u16>) -> u16 {
    u16::try_from(range.len() / usize::from(PORTS_EACH)).unwrap_or(u16::MAX)
}

/// Whether a block of this range begins at this port.
#[must_use]
pub fn is_block(range: &RangeInclusive<u16>, first: u16) -> bool {
    let offset = first.checked_sub(*range.start());
    offset.is_some_and(|offset| offset % PORTS_EACH == 0 && offset / PORTS_EACH < blocks(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> PanelId {
        format!("0badc0de-0000-4000-8000-{number:012x}").parse().unwrap()
    }

    #[test]
    fn every_port_is_given_once_and_again_to_the_same() {
        let range = 20_000..=20_099;
        let mut taken = BTreeSet::new();
        for number in 0..100 {
            let port = choose(&range, &taken, id(number)).unwrap();
            assert!(range.contains(&port) && taken.insert(port));
        }
        assert_eq!(choose(&range, &taken, id(100)), None, "the range is full");
        assert_eq!(choose(&range, &BTreeSet::new(), id(7)), choose(&range, &BTreeSet::new(), id(7)));
        assert_eq!(choose(&(65_535..=65_535), &BTreeSet::new(), id(1)), Some(65_535));
    }
    #[test]
    fn blocks_do_not_touch() {
        let range = 30_000..=30_010;
        let mut taken = BTreeSet::new();
        for number in 0..3 {
            let first = choose_block(&range, &taken, id(number)).unwrap();
            assert!(is_block(&range, first) && taken.insert(first));
        }
        assert_eq!(taken, [30_000, 30_003, 30_006].into(), "two ports are left over");
        assert_eq!(choose_block(&range, &taken, id(3)), None);
        assert_eq!(choose_block(&(30_000..=30_001), &BTreeSet::new(), id(3)), None);
        let strange = [30_001, 29_997, 40_000].into();
        assert!(choose_block(&(30_000..=30_002), &strange, id(3)).is_some(), "of another range");
        assert!(!is_block(&range, 30_009) && !is_block(&range, 29_997) && !is_block(&range, 30_001));
        assert!(is_block(&(65_533..=65_535), 65_533));
    }
}
