//! Letters: mails that people write to a shop, and what becomes of those that a shop writes to them.

use jiff::Timestamp;

/// Bounces in a row, not for good each, after which an address is not used any more.
const SOFT: u32 = 5;

/// A mail that did not arrive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bounce {
    /// Nobody has this address, now or later.
    Hard,
    /// Not this time: the mailbox is full, or its server did not like this one.
    Soft,
}

impl Bounce {
    /// What an enhanced status (RFC 3463) says that ends a mail for good; none when it is about us who sent it.
    #[must_use]
    pub fn of(status: &str) -> Option<Self> {
        match status {
            "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1" => Some(Self::Hard),
            "5.1.0" | "5.1.7" | "5.1.8" => None,
            other => (!other.starts_with("5.7.")).then_some(Self::Soft),
        }
    }
}

/// What becomes of mails to one user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mailbox {
    /// Mails in a row that did not arrive.
    pub bounces: u32,
    /// Since when it is not used any more, until its holder proves it again.
    pub failing_since: Option<Timestamp>,
}

impl Mailbox {
    /// After a mail that did not arrive.
    #[must_use]
    pub fn bounced(self, how: Bounce, now: Timestamp) -> Self {
        let bounces = self.bounces.saturating_add(1);
        let over = how == Bounce::Hard || bounces >= SOFT;
        Self { bounces, failing_since: self.failing_since.or(over.then_some(now)) }
    }

    /// After a mail that its server took. One that is given up stays so.
    #[must_use]
    pub const fn taken(self) -> Self {
        Self { bounces: 0, ..self }
    }
}

/// A mail that came, as far as it matters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Letter {
    /// Its Message-ID, without brackets.
    pub id: Option<String>,
    /// The address that it says it is from, lower-case. Anybody can write anything here.
    pub from: Option<String>,
    /// Every address that it says it went to, lower-case.
    pub to: Vec<String>,
    /// Whether a program wrote it: an absence note, a list, a report. Nothing may be sent in answer (RFC 3834).
    pub automatic: bool,
    /// What it reports of a mail of ours that did not arrive (RFC 3464).
    pub report: Option<Bounce>,
    /// What it is about.
    pub subject: String,
    /// What it says, with all that it quotes.
    pub text: String,
    /// What came along that may be a picture.
    pub pictures: Vec<Vec<u8>>,
    /// The names of what else came along.
    pub others: Vec<String>,
}

/// The line that our mails ask to write above.
pub const MARK: &str = "##—##";

/// What somebody wrote themselves: without what they quote and without their signature. Rather too much than too little:
/// who writes below a quotation is heard, and where nothing would be left, what is not quoted is kept, or all of it.
#[must_use]
pub fn own_words(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let own = above(&lines);
    if !own.is_empty() {
        return own;
    }
    let unquoted: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with('>')).collect();
    let unquoted = unquoted.join("\n").trim().to_owned();
    if unquoted.is_empty() { text.trim().to_owned() } else { unquoted }
}

/// What stands above the end of own words. An end that is quoted itself is none where own words come after it.
fn above(lines: &[&str]) -> String {
    let newest = lines.iter().rposition(|line| !line.trim().is_empty() && !line.starts_with('>'));
    let over = |at: usize| newest.is_none_or(|newest| newest < at);
    let is_end = |(at, line): (usize, &&str)| ends(line) && (!line.starts_with('>') || over(at));
    let end = lines.iter().enumerate().position(is_end).unwrap_or(lines.len());
    let mut kept: Vec<&str> = lines.get(..end).unwrap_or_default().to_vec();
    let quotes = end < lines.len() || kept.iter().any(|line| line.starts_with('>'));
    // What is quoted last goes, with the line that introduces it; what is quoted between own words is part of them.
    while kept.last().is_some_and(|line| line.trim().is_empty() || line.starts_with('>')) {
        kept.pop();
    }
    if quotes && kept.last().is_some_and(|line| introduces(line)) {
        let split = kept.len() > 1 && !begins(kept.last().copied().unwrap_or_default());
        kept.pop();
        if split && kept.last().is_some_and(|line| begins(line)) {
            kept.pop();
        }
    }
    kept.join("\n").trim().to_owned()
}

/// Whether own words end here: our mark, a signature (RFC 3676), or what Outlook puts over a quotation.
fn ends(line: &str) -> bool {
    let bare = line.trim_start_matches(['>', ' ']).trim();
    let dashes = bare.starts_with("-----") && bare.ends_with("-----") && bare.len() > 12;
    let rule = bare.len() >= 20 && bare.bytes().all(|b| b == b'_');
    bare.contains(MARK) || line == "-- " || line == "--" || dashes || rule
}

/// Whether a line introduces a quotation, in whatever language: it ends with a colon and names an address or a time.
fn introduces(line: &str) -> bool {
    let line = line.trim().trim_end_matches('\u{200e}').trim_end_matches('\u{200f}');
    let ends = line.ends_with(':') || line.ends_with("：");
    ends && (line.contains('@') || line.chars().any(char::is_numeric))
}

/// Whether an introduction that takes two lines begins here.
fn begins(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}']);
    ["On ", "Am ", "Le ", "El ", "در ", "В ", "Op "].iter().any(|word| line.starts_with(word))
        && line.chars().any(char::is_numeric)
}

/// The local part and the host of an address.
#[must_use]
pub fn parts(address: &str) -> Option<(&str, &str)> {
    address.rsplit_once('@').filter(|(local, host)| !local.is_empty() && !host.is_empty())
}

/// The address with what tells whose an answer is: `support+TOKEN@example.org` (RFC 5233).
#[must_use]
pub fn tagged(address: &str, tag: &str) -> Option<String> {
    parts(address).map(|(local, host)| format!("{local}+{tag}@{host}"))
}

/// What tells whose an answer is, if `to` is one of `address`. None for the bare address and for others.
#[must_use]
pub fn tag<'a>(address: &str, to: &'a str) -> Option<&'a str> {
    let (local, host) = parts(address)?;
    let (named, there) = parts(to)?;
    let rest = named.strip_prefix(local)?.strip_prefix('+')?;
    (there == host && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_hard_or_five_soft_bounces_end_it() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(Mailbox::default().bounced(Bounce::Hard, now).failing_since, Some(now));
        let mut mailbox = Mailbox::default();
        for _ in 0..4 {
            mailbox = mailbox.bounced(Bounce::Soft, now);
            assert_eq!(mailbox.failing_since, None);
        }
        assert_eq!(mailbox.taken().bounced(Bounce::Soft, now).failing_since, None, "not in a row");
        assert_eq!(mailbox.bounced(Bounce::Soft, now).failing_since, Some(now));
        let over = mailbox.bounced(Bounce::Hard, now);
        assert_eq!(over.taken().failing_since, Some(now), "only its holder brings it back");
    }

    #[test]
    fn what_is_about_us_is_no_bounce() {
        for hard in ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"] {
            assert_eq!(Bounce::of(hard), Some(Bounce::Hard), "{hard}");
        }
        for soft in ["5.2.2", "5.2.10", "5.1.4", "5.0.0", "5.6.0", "4.4.7"] {
            assert_eq!(Bounce::of(soft), Some(Bounce::Soft), "{soft}");
        }
        for ours in ["5.1.0", "5.1.7", "5.1.8", "5.7.0", "5.7.1", "5.7.26"] {
            assert_eq!(Bounce::of(ours), None, "{ours}");
        }
    }

    #[test]
    fn quotations_and_signatures_are_left_out() {
        let cases = [
            ("Thanks!\n\n-- \nSara", "Thanks!"),
            (
                "It works.\n\nOn Mon, 2 Mar 2026 at 10:00, Fast Net <s@x.example> wrote:\n> Hello\n> you\n",
                "It works.",
            ),
            (
                "It works.\n\nOn Mon, 2 Mar 2026 at 10:00, Fast Net\n<s@x.example> wrote:\n\n> Hello\n",
                "It works.",
            ),
            ("باشه ممنون\n\nدر تاریخ ۲ مارس ۲۰۲۶ فروشگاه <s@x.example> نوشت:\n> سلام", "باشه ممنون"),
            ("No\n-----Original Message-----\nFrom: x", "No"),
            ("No\n\n________________________________\nFrom: x", "No"),
            ("Answer\n\n2 марта 2026, shop@x.example:\n\n##—##\nold", "Answer"),
            ("> Is it Android?\nYes\n> Which one?\nTen", "> Is it Android?\nYes\n> Which one?\nTen"),
            ("The list:\n1. one\n2. two", "The list:\n1. one\n2. two"),
            ("My number is 12:", "My number is 12:"),
            ("a\r\nb", "a\nb"),
            ("Answer\n> ##—##\n> old\n\n", "Answer"),
            ("Answer\n> ##—##\n> old\n-- \nSara", "Answer"),
            ("> ##—##\n> Which app?\n\nHiddify.", "> ##—##\n> Which app?\n\nHiddify."),
            (
                "> -----Original Message-----\n> From: x\nBelow it",
                "> -----Original Message-----\n> From: x\nBelow it",
            ),
            ("##—##\nold\n> older\nBelow it", "##—##\nold\nBelow it"),
            ("-- \nSara\n> old", "-- \nSara"),
            ("> only\n> quoted", "> only\n> quoted"),
            (" \n", ""),
        ];
        for (text, own) in cases {
            assert_eq!(own_words(text), own, "{text}");
        }
    }

    #[test]
    fn tags_are_put_on_and_read_back() {
        let address = "support@shop.example";
        let whole = tagged(address, "rabc").unwrap();
        assert_eq!(whole, "support+rabc@shop.example");
        assert_eq!(tag(address, &whole), Some("rabc"));
        for other in [
            "support@shop.example",
            "support+@shop.example",
            "support+x@evil.example",
            "x+y@shop.example",
            "",
        ] {
            assert_eq!(tag(address, other), None, "{other}");
        }
        assert_eq!(tagged("nobody", "x"), None);
    }

    proptest! {
        #[test]
        fn nothing_is_made_up(text in "(?s).{0,200}") {
            let own = own_words(&text);
            let text = text.replace("\r\n", "\n");
            for line in own.lines() {
                prop_assert!(text.contains(line));
            }
            prop_assert_eq!(own_words(&own).len() <= own.len(), true);
        }
    }
}
