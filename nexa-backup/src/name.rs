//! How a backup is called: whose it is and when it was made.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use std::{fmt, str::FromStr};

const END: &str = ".tar.gz.age";
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// `nexa-1a2b3c4d-20261128T060000Z.tar.gz.age`: the installation's tag, which is the beginning of its key's id, and the
/// second in which it was made. So installations may share a place, and none forgets another one's backups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ArchiveName {
    /// When it was made, to the second.
    pub made_at: Timestamp,
    /// Whose it is: eight hexadecimal digits.
    pub tag: String,
}

impl ArchiveName {
    /// The name of a backup that is made now by the installation with this key.
    #[must_use]
    pub fn new(key_id: &str, made_at: Timestamp) -> Self {
        let made_at = Timestamp::from_second(made_at.as_second()).unwrap_or(made_at);
        Self { made_at, tag: key_id.chars().take(8).collect() }
    }
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nexa-{}-{}{END}", self.tag, self.made_at.strftime(TIME))
    }
}

impl FromStr for ArchiveName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let rest = text.strip_prefix("nexa-").and_then(|rest| rest.strip_suffix(END)).ok_or(())?;
        let (tag, time) = rest.split_once('-').ok_or(())?;
        if tag.len() != 8 || !tag.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(());
        }
        let time = DateTime::strptime(TIME, time).map_err(|_| ())?;
        let made_at = TimeZone::UTC.to_timestamp(time).map_err(|_| ())?;
        Ok(Self { made_at, tag: tag.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whose_and_when() {
        let at = Timestamp::from_millisecond(1_795_845_600_123).unwrap();
        let name = ArchiveName::new("1a2b3c4d5e", at);
        let text = name.to_string();
        assert_eq!(text, "nexa-1a2b3c4d-20261128T060000Z.tar.gz.age");
        assert_eq!(text.parse(), Ok(name));
        for other in
            ["nexa.db", "nexa-1a2b3c4d-.tar.gz.age", ".nexa-1a2b3c4d-20261128T060000Z.tar.gz.age.part"]
        {
            assert_eq!(other.parse::<ArchiveName>(), Err(()), "{other}");
        }
    }
}
