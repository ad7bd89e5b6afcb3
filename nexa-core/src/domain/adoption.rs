//! Taking over a service that was made on a panel before its user came to the shop: what they paste, and what is left of it.
//!
//! The proof is the identity itself: it has 122 random bits, and whoever knows it can use the service already.

use super::{
    grant::{PanelId, Seen, SeenEnd},
    measure::Traffic,
    time::after,
};
use jiff::Timestamp;
use uuid::{Uuid, Variant};

/// Bytes of what is pasted; a link of several lines is shorter.
const LONGEST: usize = 8 * 1024;
/// Letters of an identity as it is written, with its dashes.
const LETTERS: usize = 36;
/// Panels take no greater limit.
const MOST: Traffic = Traffic::gib(1_000_000);

/// The one identity in what somebody pasted: alone, or in a link of a panel or of an app. Nothing else of a link is
/// looked at. None when there is no identity in it, or more than one.
///
/// Only a random one (version 4) counts: others can be guessed, so they prove nothing.
#[must_use]
pub fn identity(pasted: &str) -> Option<PanelId> {
    if pasted.len() > LONGEST {
        return None;
    }
    let plain = without_escapes(&pasted.chars().filter(|c| !is_invisible(*c)).map(ascii).collect::<String>());
    let mut found = plain.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter_map(written);
    let first = found.next()?;
    found.all(|other| other == first).then(|| PanelId::new(first))
}

fn written(word: &str) -> Option<Uuid> {
    let uuid = Uuid::try_parse(word).ok().filter(|_| word.len() == LETTERS)?;
    (uuid.get_version_num() == 4 && uuid.get_variant() == Variant::RFC4122).then_some(uuid)
}

/// Marks that come along with copied text and show nothing.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Digits of other scripts and other dashes as ASCII has them.
fn ascii(c: char) -> char {
    let digit = |zero: u32| char::from_digit(u32::from(c).checked_sub(zero)?, 10);
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => digit(0x6f0).or_else(|| digit(0x660)).unwrap_or(c),
    }
}

/// A link inside a link has its separators as `%2F`: whatever is written so separates.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let escape = part.get(..2).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let dash = escape.is_some_and(|hex| hex.eq_ignore_ascii_case("2d"));
        plain.push(if dash { '-' } else { ' ' });
        plain.push_str(escape.and_then(|_| part.get(2..)).unwrap_or(part));
    }
    plain
}

/// What is left of a service, on all servers that hold it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rest {
    /// Until when; not after now for a service that is over, or was switched off.
    pub ends_at: Timestamp,
    /// Traffic that was used in all.
    pub used: Traffic,
    /// Traffic that is left.
    pub left: Traffic,
}

impl Rest {
    /// Days that are left, a day that has begun counted as one.
    #[must_use]
    pub fn days(&self, now: Timestamp) -> u32 {
        let seconds = self.ends_at.duration_since(now).as_secs().max(0);
        u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
    }
}

/// What is left of a service that was `seen` on these servers.
///
/// Sellers who put one identity on several servers mean one service, so what is left is what the best of them still
/// gives, and not the sum. One that does not run does not count while another one runs.
#[must_use]
pub fn rest(seen: &[Seen], now: Timestamp) -> Rest {
    let end = |of: &&Seen| ends_at(of, now);
    let runs = |of: &&Seen| ends_at(of, now) > now;
    let any = seen.iter().any(|of| runs(&of));
    let counts = || seen.iter().filter(|of| !any || runs(of));
    Rest {
        ends_at: counts().map(|of| end(&of)).max().unwrap_or(now),
        used: seen.iter().map(|of| of.counter).fold(Traffic::ZERO, Traffic::plus),
        left: counts().map(|of| left(of, now)).max().unwrap_or_default(),
    }
}

/// Whoever was switched off there is not let in again by coming here.
fn ends_at(of: &Seen, now: Timestamp) -> Timestamp {
    let end = match of.ends {
        SeenEnd::At(moment) => moment,
        SeenEnd::AfterFirstUse(lasts) => after(now, lasts),
    };
    if of.enabled { end } else { end.min(now) }
}

/// What the panel would still let through: of its limit, and of the limits to come each time it sets its counter back.
fn left(of: &Seen, now: Timestamp) -> Traffic {
    let days = ends_at(of, now).duration_since(now).as_secs().max(0).unsigned_abs() / 86_400;
    let resets = of.resets_every.and_then(|every| days.checked_div(u64::from(every))).unwrap_or(0);
    let to_come = Traffic::bytes(of.limit.as_bytes().saturating_mul(resets));
    of.limit.minus(of.counter).plus(to_come).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    const ID: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

    #[test]
    fn the_identity_is_found_wherever_it_stands() {
        let own: PanelId = ID.parse().unwrap();
        for pasted in [
            ID.to_owned(),
            format!("  {}\n", ID.to_uppercase()),
            format!("https://panel.example/x7Kd9/{ID}/"),
            format!("https://panel.example:8443/x7Kd9/{ID}/all.txt?base64=True#Ali"),
            format!("HTTPS://PANEL.EXAMPLE/x/{ID}/auto/#علی"),
            format!("https://panel.example/x/{ID}/sub/?asn=unknown"),
            format!("hiddify://import/https://panel.example/x/{ID}/#Ali"),
            format!("hiddify://import/https%3A%2F%2Fpanel.example%2Fx%2F{ID}%2F%23Ali"),
            format!("clash://install-config?url=https%3a%2f%2fpanel.example%2f{ID}%2fclash%2f"),
            format!("vless://{ID}@198.51.100.1:443?type=ws&security=tls#Ali"),
            format!("vless://{ID}@a.example:443#1\nvless://{ID}@b.example:443#2"),
            "a۵۹e۴۸۰۷-۸۱۰۰-۴۵d۷-۸۳b۶-f۲۲۴۸e۳۴۷۵f۸".to_owned(),
            format!("\u{200f}\u{202a}{ID}\u{202c}"),
            ID.replace('-', "‑"),
            ID.replace('-', "%2D"),
            format!("کد من: {ID}."),
            format!("({ID})"),
        ] {
            assert!(identity(&pasted) == Some(own), "{pasted}");
        }
    }

    #[test]
    fn what_is_no_proof_is_nothing() {
        let other = "b59e4807-8100-45d7-83b6-f2248e3475f8";
        for wrong in [
            String::new(),
            "سلام".to_owned(),
            "https://panel.example/".to_owned(),
            ID.replace('-', ""),
            format!("{ID}0"),
            format!("a{ID}"),
            format!("{ID}-{other}"),
            format!("{ID} {other}"),
            ID.get(1..).unwrap().to_owned(),
            "00000000-0000-0000-0000-000000000000".to_owned(),
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned(),
            "a59e4807-8100-45d7-c3b6-f2248e3475f8".to_owned(),
            format!("{}{ID}", " ".repeat(LONGEST)),
        ] {
            assert!(identity(&wrong).is_none(), "{wrong}");
        }
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn day(days: i64) -> Timestamp {
        NOW + SignedDuration::from_hours(24 * days)
    }

    fn seen(limit: u32, counter: u32, ends: SeenEnd) -> Seen {
        let panel_id = PanelId::new(Uuid::nil());
        let (limit, counter) = (Traffic::gib(limit), Traffic::gib(counter));
        Seen { panel_id, enabled: true, limit, counter, ends, resets_every: None }
    }

    fn told(all: &[Seen]) -> (i64, u64, u64) {
        let rest = rest(all, NOW);
        let gib = |traffic: Traffic| traffic.as_bytes() >> 30;
        (rest.ends_at.as_second() / 86_400, gib(rest.used), gib(rest.left))
    }

    #[test]
    fn what_is_left_stays_left() {
        let at = |end| SeenEnd::At(day(end));
        assert_eq!(told(&[seen(10, 4, at(9))]), (9, 4, 6));
        assert_eq!(told(&[seen(10, 12, at(9))]), (9, 12, 0), "used up");
        assert_eq!(told(&[seen(10, 4, at(-9))]), (-9, 4, 6), "over");
        let unused = SeenEnd::AfterFirstUse(SignedDuration::from_hours(48));
        assert_eq!(told(&[seen(10, 0, unused)]), (2, 0, 10), "it begins now");
        let off = Seen { enabled: false, ..seen(10, 4, at(9)) };
        assert_eq!(told(std::slice::from_ref(&off)), (0, 4, 6), "nobody is let in again by coming here");
        assert_eq!(told(&[seen(10, 4, at(9)), seen(20, 15, at(3))]), (9, 19, 6), "one service, not two");
        assert_eq!(told(&[seen(5, 4, at(9)), off, seen(900, 1, at(-1))]), (9, 9, 1), "what runs counts");
        let monthly = Seen { resets_every: Some(30), ..seen(10, 4, at(80)) };
        assert_eq!(told(std::slice::from_ref(&monthly)), (80, 4, 26), "two months more were to come");
        assert_eq!(told(&[Seen { resets_every: Some(0), ..monthly }]), (80, 4, 6));
        assert_eq!(told(&[]), (0, 0, 0));
    }

    #[test]
    fn a_day_that_has_begun_counts() {
        let rest = |seconds| Rest {
            ends_at: NOW + SignedDuration::from_secs(seconds),
            used: Traffic::ZERO,
            left: Traffic::ZERO,
        };
        let days = [-5, 0, 1, 86_400, 86_401].map(|seconds| rest(seconds).days(NOW));
        assert_eq!(days, [0, 0, 1, 1, 2]);
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_is_read(text: String, before: String, after in "[^0-9a-zA-Z-]?.*") {
            let _read = identity(&text);
            let _read = identity(&format!("{before}{ID}{after}"));
            let _read = identity(&format!("%{text}%{ID}%"));
        }

        #[test]
        fn never_more_than_a_panel_takes(limit: u64, counter: u64, secs: i32, every: Option<u32>, enabled: bool) {
            let ends = SeenEnd::At(NOW + SignedDuration::from_secs(i64::from(secs)));
            let (limit, counter) = (Traffic::bytes(limit), Traffic::bytes(counter));
            let panel_id = PanelId::new(Uuid::nil());
            let seen = Seen { panel_id, enabled, limit, counter, ends, resets_every: every };
            let rest = rest(&[seen], NOW);
            prop_assert!(rest.left <= MOST && rest.used == counter);
            prop_assert!(enabled || rest.ends_at <= NOW);
        }
    }
}
