//! Devices that use a link: who counts, who still fits.
//!
//! Client apps may name their device with `x-hwid` and describe it with `x-device-os`, `x-ver-os` and `x-device-model`
//! (Remnawave, `extract-hwid-headers.util.ts`). The limit counts those that fetch the link; a configuration that was
//! copied out of an app still connects.

use super::{link::rules::header, refusal::Refusal, time::after};
use crate::{
    ids::{DeviceId, ShopId, SubscriptionId},
    secret::Fingerprint,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A device that is not seen for this long frees its place.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often a customer may take devices off one subscription within [`REMOVALS_WITHIN`], or a limit would mean nothing.
pub const MOST_REMOVALS: u32 = 5;
/// The window of [`MOST_REMOVALS`].
pub const REMOVALS_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Most characters of a device's name and of its system.
pub const MOST_CHARS: usize = 40;

/// A device that used a subscription's link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Of which subscription.
    pub subscription_id: SubscriptionId,
    /// Keyed hash of what the device calls itself, different for each subscription.
    pub lookup: Fingerprint,
    /// Its model, else the client's family, else what its owner calls it.
    pub name: String,
    /// Whether its owner chose the name.
    pub renamed: bool,
    /// Its operating system, as it says itself.
    pub os: Option<String>,
    /// When it first came.
    pub first_seen: Timestamp,
    /// When it last came, in whole hours.
    pub last_seen: Timestamp,
}

impl Device {
    /// The same device, seen at `now`.
    #[must_use]
    pub fn seen(self, now: Timestamp) -> Self {
        Self { last_seen: hour(now).max(self.first_seen), ..self }
    }

    /// The same device under a name that its owner chose: 1 to 40 characters.
    pub fn called(self, name: &str) -> Result<Self, Refusal> {
        if name.chars().count() > MOST_CHARS || clean(name).is_empty() {
            return Err(Refusal::bad_input("name", "1 to 40 characters"));
        }
        Ok(Self { name: clean(name), renamed: true, ..self })
    }
}

/// Whether a shop counts devices.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRule {
    /// Nobody is counted.
    Off,
    /// Those that name their device are counted; others are served.
    #[default]
    Count,
    /// Those that do not name their device are not served.
    Require,
}

/// What a client says of its device.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// What the device calls itself: 8 to 128 printable ASCII bytes.
    pub hwid: String,
    /// Its model, else the client's family.
    pub name: String,
    /// Its operating system.
    pub os: Option<String>,
}

impl Claim {
    /// Reads the headers of a request; none without a usable `x-hwid`.
    #[must_use]
    pub fn read(headers: &[(String, String)]) -> Option<Self> {
        let hwid = header(headers, "x-hwid").trim();
        if !(8..=128).contains(&hwid.len()) || !hwid.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            return None;
        }
        let model = clean(header(headers, "x-device-model"));
        let name = if model.is_empty() { family(header(headers, "user-agent")) } else { model };
        let system = [header(headers, "x-device-os"), header(headers, "x-ver-os")].join(" ");
        let os = Some(clean(&system)).filter(|text| !text.is_empty());
        Some(Self { hwid: hwid.to_owned(), name, os })
    }
}

/// What becomes of a device that asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// Known, and seen in this very hour: nothing to write.
    Known,
    /// Known; to be written as it is here.
    Seen(Device),
    /// New, and there is room.
    New,
    /// New, and there is none.
    Full,
}

/// Decides on the device with this `lookup` among those that a subscription has. Devices that were not seen for long
/// hold no place.
#[must_use]
pub fn admit(devices: &[Device], lookup: &Fingerprint, limit: u32, now: Timestamp) -> Admission {
    let others = devices.iter().filter(|d| d.lookup != *lookup && holds_place(d, now)).count();
    let room = u32::try_from(others).is_ok_and(|others| others < limit);
    match devices.iter().find(|d| d.lookup == *lookup) {
        // One that lost its place meanwhile comes back as if it were new.
        Some(device) if !holds_place(device, now) && !room => Admission::Full,
        Some(device) if device.last_seen >= hour(now) => Admission::Known,
        Some(device) => Admission::Seen(device.clone().seen(now)),
        None if room => Admission::New,
        None => Admission::Full,
    }
}

/// Whether a device takes one of the subscription's places.
#[must_use]
pub fn holds_place(device: &Device, now: Timestamp) -> bool {
    now < after(device.last_seen, FORGOTTEN_AFTER)
}

/// The beginning of the hour: finer moments would draw a picture of somebody's day.
#[must_use]
pub fn hour(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(3600) * 3600).unwrap_or(at)
}

/// The client's name without its version: `v2rayNG` of `v2rayNG/1.9.5`.
#[must_use]
pub fn family(user_agent: &str) -> String {
    let word = user_agent.split(['/', ' ', '(']).next().unwrap_or_default();
    let name = clean(word);
    if name.is_empty() { "app".to_owned() } else { name }
}

/// One line without control characters, outer spaces and excess, nor marks that would turn the text around it.
fn clean(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line: String = text.chars().map(|c| if breaks(c) || turns(c) { ' ' } else { c }).collect();
    line.trim().chars().take(MOST_CHARS).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_millis;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: i64 = 1_700_000_000_000;

    fn device(number: u128, last_seen: Timestamp) -> Device {
        Device {
            id: Uuid::from_u128(number).into(),
            shop_id: Uuid::nil().into(),
            subscription_id: Uuid::nil().into(),
            lookup: print(number),
            name: "phone".to_owned(),
            renamed: false,
            os: None,
            first_seen: from_millis(START),
            last_seen,
        }
    }

    fn print(number: u128) -> Fingerprint {
        Fingerprint(number.to_string())
    }

    fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_claim_is_read_from_its_headers() {
        let full = headers(&[
            ("x-hwid", " 0123-4567 "),
            ("x-device-os", "Android"),
            ("x-ver-os", "14"),
            ("x-device-model", "Pixel\u{7} 8"),
            ("user-agent", "Happ/3.2"),
        ]);
        let claim = Claim::read(&full).unwrap();
        assert_eq!((claim.hwid.as_str(), claim.name.as_str()), ("0123-4567", "Pixel  8"));
        assert_eq!(claim.os.as_deref(), Some("Android 14"));
        let bare = Claim::read(&headers(&[("x-hwid", "12345678"), ("user-agent", "v2rayNG/1.9.5")])).unwrap();
        assert_eq!((bare.name.as_str(), bare.os), ("v2rayNG", None));
        assert_eq!(family(""), "app");
    }

    #[test]
    fn odd_device_ids_do_not_count() {
        for odd in ["", "1234567", &"x".repeat(129), "12345678\u{e9}", "1234\u{0}5678"] {
            assert_eq!(Claim::read(&headers(&[("x-hwid", odd)])), None, "{odd:?}");
        }
        assert!(Claim::read(&headers(&[("x-hwid", &"x".repeat(128))])).is_some());
        let long = Claim::read(&headers(&[("x-hwid", "12345678"), ("x-device-model", &"م".repeat(500))]));
        assert_eq!(long.unwrap().name.chars().count(), MOST_CHARS);
    }

    #[test]
    fn a_device_is_written_once_an_hour() {
        let now = from_millis(START);
        let (known, later) = (device(1, hour(now)), after(now, SignedDuration::from_hours(1)));
        let list = std::slice::from_ref(&known);
        assert_eq!(admit(list, &known.lookup, 1, now), Admission::Known);
        let Admission::Seen(seen) = admit(list, &known.lookup, 1, later) else { panic!("not written") };
        assert_eq!(seen.last_seen, hour(later));
        assert_eq!(seen.last_seen.as_second() % 3600, 0);
        assert_eq!(admit(list, &print(2), 1, now), Admission::Full);
        assert_eq!(admit(list, &print(2), 2, now), Admission::New);
    }

    #[test]
    fn a_device_that_stays_away_loses_its_place() {
        let now = from_millis(START);
        let month = after(now, FORGOTTEN_AFTER);
        let (old, new) = (device(1, hour(now)), device(2, hour(month)));
        assert_eq!(admit(std::slice::from_ref(&old), &print(2), 1, month), Admission::New);
        let both = [old.clone(), new];
        assert_eq!(admit(&both, &old.lookup, 1, month), Admission::Full, "its place is taken");
        assert!(matches!(admit(&both, &old.lookup, 2, month), Admission::Seen(_)));
    }

    #[test]
    fn names_are_chosen_within_bounds() {
        let one = device(1, from_millis(START));
        assert_eq!(one.clone().called("  Mum's phone ").unwrap().name, "Mum's phone");
        assert_eq!(one.clone().called("a\u{202e}b\u{2066}").unwrap().name, "a b", "nothing turns the page");
        let joined = "می\u{200c}خواهم";
        assert_eq!(one.clone().called(joined).unwrap().name, joined, "Persian needs it");
        assert!(one.clone().called(" \n ").is_err());
        assert!(one.clone().called("\u{202e}").is_err());
        assert!(one.clone().called(&"م".repeat(MOST_CHARS)).is_ok());
        assert!(one.called(&"x".repeat(MOST_CHARS + 1)).is_err());
    }

    proptest! {
        #[test]
        fn no_more_are_admitted_than_the_limit(ids in prop::collection::vec(0_u128..12, 0..40), limit in 0_u32..6) {
            let now = from_millis(START);
            let mut held: Vec<Device> = Vec::new();
            for number in ids {
                if admit(&held, &print(number), limit, now) == Admission::New {
                    held.push(device(number, hour(now)));
                }
            }
            prop_assert!(held.len() <= usize::try_from(limit).unwrap());
        }
    }
}
