//! Which port an identity gets. Pure.

use nexa_core::domain::grant::PanelId;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, ops::RangeInclusive};

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
}
