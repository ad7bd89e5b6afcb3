//! A panel's version.

/// As far as it matters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number; 0 when there is none.
    pub minor: u32,
    text: String,
}

impl Version {
    /// From the panel's own words, e.g. `14.0.5`. `None` for anything that does not look like a version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain =
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
        if !plain || text.len() > 32 {
            return None;
        }
        let mut numbers = text.split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
        Some(Self { major, minor, text: text.to_owned() })
    }

    /// As the panel wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_version_is_told_from_one() {
        let numbers = |text| Version::parse(text).map(|version| (version.major, version.minor));
        assert_eq!(numbers("14.0.5"), Some((14, 0)));
        assert_eq!((numbers("0.8.4"), numbers("1.0.0-alpha-3")), (Some((0, 8)), Some((1, 0))));
        assert_eq!(numbers("7"), Some((7, 0)));
        for text in ["<html>", "v14", "", "1.2\r\n"] {
            assert_eq!(numbers(text), None, "{text:?}");
        }
    }
}
