//! Which versions of the panel this adapter speaks to, and what an operator must know of some of them.

use nexa_panel_http::version::Version;

/// Before 10.50 users were made with PUT and no reading back was possible.
#[must_use]
pub const fn is_supported(version: &Version) -> bool {
    version.major > 10 || (version.major == 10 && version.minor >= 50)
}

/// Up to 13 a burst of changes may miss the last one, until its user is written once more
/// (hiddify/Hiddify-Manager#4701).
#[must_use]
pub const fn forgets_the_last_change(version: &Version) -> bool {
    version.major < 14
}

/// What the operator should know.
#[must_use]
pub fn warning(version: &Version) -> Option<String> {
    let text = match (version.major, version.minor) {
        (12, 3) => {
            "HiddifyPanel 12.3 never applies changes to Hysteria, TUIC, Mieru, Naive and WireGuard by itself \
             (hiddify/Hiddify-Manager#5505): press \"Apply\" in the panel after sales, or update it"
        }
        (15.., _) => "this HiddifyPanel is newer than what NexaVPN was tested with (10.80 to 14.0)",
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_told_from_new_ones() {
        for (text, supported) in
            [("8.8.21", false), ("10.20.4", false), ("10.50.0", true), ("10.80.11", true), ("14.0.5", true)]
        {
            assert_eq!(is_supported(&Version::parse(text).unwrap()), supported, "{text}");
        }
        assert!(warning(&Version::parse("12.3.3").unwrap()).is_some());
        assert!(warning(&Version::parse("14.0.5").unwrap()).is_none());
    }
}
