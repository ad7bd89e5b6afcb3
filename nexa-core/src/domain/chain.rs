//! The chain of a shop's deeds: each is numbered and holds a keyed hash over itself and the one before, so that a row
//! that was changed, taken out or put elsewhere is found by whoever has the key.

use super::{deed::DeedRecord, refusal::Refusal};
use crate::{
    error::Failure,
    ids::{ShopId, UserId},
    secret::Fingerprint,
};
use uuid::Uuid;

/// Where a shop's chain ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainEnd {
    /// The number of the last deed; 0 before the first.
    pub number: u64,
    /// Its hash; empty before the first.
    pub digest: Fingerprint,
    /// The keyed hash over shop, number and hash; empty before the first. Without it the end could be put back.
    pub seal: Fingerprint,
}

impl ChainEnd {
    /// Before the first deed.
    #[must_use]
    pub const fn start() -> Self {
        Self { number: 0, digest: Fingerprint(String::new()), seal: Fingerprint(String::new()) }
    }

    /// Whether whoever has the key put the end of this shop's chain here.
    #[must_use]
    pub fn holds(&self, shop: ShopId, seal: impl Fn(&str) -> Fingerprint) -> bool {
        *self == Self::start() || self.seal == seal(&end_text(shop, self.number, &self.digest))
    }

    /// The seal of the end that comes after this one. Behind an end that does not hold none ever does.
    #[must_use]
    pub fn next_seal(&self, shop: ShopId, to: &Place, seal: impl Fn(&str) -> Fingerprint) -> Fingerprint {
        if self.holds(shop, &seal) {
            seal(&end_text(shop, to.number, &to.digest))
        } else {
            Fingerprint(String::new())
        }
    }
}

/// What the seal of an end is made of.
fn end_text(shop: ShopId, number: u64, digest: &Fingerprint) -> String {
    serde_json::json!((1, shop.to_string(), number, &digest.0)).to_string()
}

/// The place of a deed in its shop's chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its number, from 1.
    pub number: u64,
    /// The hash of the deed before; empty for the first.
    pub previous: Fingerprint,
    /// The keyed hash over `previous` and the deed.
    pub digest: Fingerprint,
}

/// A deed letter by letter as it is stored, so that a change which still can be read is seen, and one which cannot, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// The id of the deed.
    pub id: String,
    /// Its shop.
    pub shop: String,
    /// Who did it.
    pub operator: String,
    /// The deed's name.
    pub name: String,
    /// The deed.
    pub body: String,
    /// Why.
    pub reason: String,
    /// The key it was done with.
    pub key: Option<String>,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl Written {
    /// A deed as it will be stored.
    pub fn of(record: &DeedRecord) -> Result<Self, Failure> {
        let body = serde_json::to_string(&record.deed);
        Ok(Self {
            id: record.id.to_string(),
            shop: record.shop_id.to_string(),
            operator: record.operator.to_string(),
            name: record.deed.name().to_owned(),
            body: body.map_err(|e| Failure::core(&format!("a deed as text: {e}")))?,
            reason: record.reason.clone(),
            key: record.key.clone(),
            at: record.at.as_millisecond(),
        })
    }

    /// What its hash is made of. No two different deeds, places or shops give the same text.
    #[must_use]
    pub fn text(&self, number: u64, previous: &Fingerprint) -> String {
        let Self { id, shop, operator, name, body, reason, key, at } = self;
        let fields = (1, &previous.0, number, shop, id, operator, name, body, reason, key, at);
        serde_json::json!(fields).to_string()
    }
}

/// A link of the chain as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainedDeed {
    /// Where it says that it stands.
    pub place: Place,
    /// What it says.
    pub written: Written,
}

/// The place of one more deed behind the end of a chain.
pub fn append(end: &ChainEnd, written: &Written, seal: impl Fn(&str) -> Fingerprint) -> Place {
    let number = end.number.saturating_add(1);
    let previous = end.digest.clone();
    let digest = seal(&written.text(number, &previous));
    Place { number, previous, digest }
}

/// Whether a chain holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainCheck {
    /// How many deeds it has.
    pub deeds: u64,
    /// The number of the first one that is not what was written; none when all are.
    pub broken_at: Option<u64>,
    /// The id of what stands there now, where something does.
    pub broken: Option<String>,
}

/// Goes along a chain, a stretch at a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Walk {
    shop: String,
    end: ChainEnd,
    broken: Option<(u64, Option<String>)>,
}

impl Walk {
    /// Begins before the first deed of a shop.
    #[must_use]
    pub fn new(shop: ShopId) -> Self {
        Self { shop: shop.to_string(), end: ChainEnd::start(), broken: None }
    }

    /// How far it came.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.end.number
    }

    /// Goes on along these, in the order of their numbers; whether there is reason to go further.
    pub fn along(&mut self, deeds: &[ChainedDeed], seal: impl Fn(&str) -> Fingerprint) -> bool {
        for deed in deeds {
            let wanted = append(&self.end, &deed.written, &seal);
            if deed.place != wanted || deed.written.shop != self.shop {
                self.broken = Some((wanted.number, Some(deed.written.id.clone())));
                return false;
            }
            self.end = ChainEnd { number: wanted.number, digest: wanted.digest, ..ChainEnd::start() };
        }
        true
    }

    /// What came out, when the chain says of itself that it ends so.
    #[must_use]
    pub fn done(self, end: &ChainEnd) -> ChainCheck {
        let same = (self.end.number, &self.end.digest) == (end.number, &end.digest);
        let short = || (!same).then(|| (self.end.number.saturating_add(1), None));
        let (broken_at, broken) = self.broken.or_else(short).unzip();
        ChainCheck { deeds: end.number, broken_at, broken: broken.flatten() }
    }
}

/// Which deeds somebody wants to see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Of this member of the staff.
    pub by: Option<UserId>,
    /// Of this name.
    pub deed: Option<String>,
    /// About the thing with this id.
    pub about: Option<Uuid>,
}

impl AuditFilter {
    /// Whether a deed is wanted; `body` is the deed as it is stored.
    #[must_use]
    pub fn wants(&self, record: &DeedRecord, body: &str) -> bool {
        self.by.is_none_or(|by| record.operator == by)
            && self.deed.as_ref().is_none_or(|name| record.deed.name() == name)
            && self.about.is_none_or(|about| body.contains(&quoted(about)))
    }
}

/// An id as it stands in a deed.
#[must_use]
pub fn quoted(id: Uuid) -> String {
    format!("\"{id}\"")
}

/// A place in the chain as a cursor; refused when it is none.
pub fn cursor(text: Option<&str>) -> Result<Option<u64>, Refusal> {
    text.map(|text| text.parse().map_err(|_| Refusal::bad_input("cursor", "unknown"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::deed::Deed,
        ids::ActionId,
        secret::{Keys, Purpose},
    };
    use jiff::Timestamp;

    fn shop() -> ShopId {
        ShopId::from(Uuid::from_u128(1))
    }

    fn seal(text: &str) -> Fingerprint {
        Keys::new([7; 32]).fingerprint(Purpose::Deed, text)
    }

    fn chain(count: u128) -> (Vec<ChainedDeed>, ChainEnd) {
        let (mut all, mut end) = (Vec::new(), ChainEnd::start());
        for number in 1..=count {
            let record = DeedRecord {
                id: ActionId::from(Uuid::from_u128(number)),
                shop_id: shop(),
                operator: UserId::from(Uuid::from_u128(9)),
                deed: Deed::Blocked { user: UserId::from(Uuid::from_u128(number)) },
                reason: format!("reason {number}"),
                key: None,
                at: Timestamp::UNIX_EPOCH,
            };
            let written = Written::of(&record).unwrap();
            let place = append(&end, &written, seal);
            end = ChainEnd { number: place.number, digest: place.digest.clone(), ..ChainEnd::start() };
            all.push(ChainedDeed { place, written });
        }
        (all, end)
    }

    fn broken(all: &[ChainedDeed], end: &ChainEnd) -> Option<u64> {
        let mut walk = Walk::new(shop());
        walk.along(all, seal);
        walk.done(end).broken_at
    }

    #[test]
    fn an_honest_chain_holds_in_one_stretch_or_several() {
        let (all, end) = chain(5);
        assert_eq!(broken(&all, &end), None);
        let mut walk = Walk::new(shop());
        for stretch in all.chunks(2) {
            assert!(walk.along(stretch, seal));
        }
        assert_eq!(walk.done(&end), ChainCheck { deeds: 5, broken_at: None, broken: None });
        assert_eq!(broken(&[], &ChainEnd::start()), None);
    }

    #[test]
    fn every_field_that_is_changed_is_found() {
        let (all, end) = chain(3);
        let changes: [fn(&mut ChainedDeed); 10] = [
            |d| d.written.id = "x".into(),
            |d| d.written.shop = "x".into(),
            |d| d.written.operator = "x".into(),
            |d| d.written.name = "x".into(),
            |d| d.written.body.push(' '),
            |d| d.written.reason.push('.'),
            |d| d.written.key = Some(String::new()),
            |d| d.written.at += 1,
            |d| d.place.previous = Fingerprint("00".into()),
            |d| d.place.digest = Fingerprint("00".into()),
        ];
        for change in changes {
            let mut forged = all.clone();
            change(&mut forged[1]);
            assert_eq!(broken(&forged, &end), Some(2));
        }
    }

    #[test]
    fn what_is_taken_out_swapped_or_put_in_is_found() {
        let (all, end) = chain(4);
        let mut without = all.clone();
        without.remove(1);
        assert_eq!(broken(&without, &end), Some(2));
        assert_eq!(broken(&all[..3], &end), Some(4), "from the end");
        assert_eq!(broken(&[], &end), Some(1), "all of it");
        let mut swapped = all.clone();
        swapped.swap(1, 2);
        assert_eq!(broken(&swapped, &end), Some(2));
        let mut twice = all.clone();
        twice.insert(2, all[1].clone());
        assert_eq!(broken(&twice, &end), Some(3));
    }

    #[test]
    fn an_end_that_was_put_back_does_not_hold_and_nothing_behind_it() {
        let (all, _) = chain(3);
        let mut end = ChainEnd::start();
        assert!(end.holds(shop(), seal));
        for deed in &all {
            let next = end.next_seal(shop(), &deed.place, seal);
            end = ChainEnd { number: deed.place.number, digest: deed.place.digest.clone(), seal: next };
            assert!(end.holds(shop(), seal));
        }
        let back = ChainEnd { number: 2, digest: all[1].place.digest.clone(), ..end.clone() };
        assert!(!back.holds(shop(), seal));
        let healed = back.next_seal(shop(), &all[2].place, seal);
        assert!(!ChainEnd { seal: healed, ..end.clone() }.holds(shop(), seal));
        assert!(!end.holds(ShopId::from(Uuid::from_u128(2)), seal), "of another shop");
    }

    #[test]
    fn a_chain_that_was_made_anew_without_the_key_is_found() {
        let (mut all, _) = chain(3);
        let other = |text: &str| Keys::new([8; 32]).fingerprint(Purpose::Deed, text);
        let mut end = ChainEnd::start();
        for deed in &mut all {
            deed.place = append(&end, &deed.written, other);
            let (number, digest) = (deed.place.number, deed.place.digest.clone());
            end = ChainEnd { number, digest, ..ChainEnd::start() };
        }
        assert_eq!(broken(&all, &end), Some(1));
    }
}
