//! Which versions of the panel this adapter speaks to, and what an operator must know of some of them.

/// A panel's version, as far as it matters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
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

    /// Before 10.50 users were made with PUT and no reading back was possible.
    #[must_use]
    pub const fn is_supported(&self) -> bool {
        self.major > 10 || (self.major == 10 && self.minor >= 50)
    }

    /// Up to 13 a burst of changes may miss the last one, until its user is written once more
    /// (hiddify/Hiddify-Manager#4701).
    #[must_use]
    pub const fn forgets_the_last_change(&self) -> bool {
        self.major < 14
    }

    /// What the operator should know.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let text = match (self.major, self.minor) {
            (12, 3) => {
                "HiddifyPanel 12.3 never applies changes to Hysteria, TUIC, Mieru, Naive and WireGuard by itself \
                 (hiddify/Hiddify-Manager#5505): press \"Apply\" in the panel after sales, or update it"
            }
            (15.., _) => "this HiddifyPanel is newer than what NexaVPN was tested with (10.80 to 14.0)",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_told_from_new_ones() {
        for (text, supported) in
            [("8.8.21", false), ("10.20.4", false), ("10.50.0", true), ("10.80.11", true), ("14.0.5", true)]
        {
            assert_eq!(Version::parse(text).unwrap().is_supported(), supported, "{text}");
        }
        assert_eq!(Version::parse("<html>"), None);
        assert_eq!(Version::parse("v14"), None);
        assert!(Version::parse("12.3.3").unwrap().warning().is_some());
        assert!(Version::parse("14.0.5").unwrap().warning().is_none());
    }
}
