//! Whom we call: the push services of browsers, and nobody else whatever a browser says.

use url::Url;

/// Hosts of Chrome and its kin, Firefox, Edge, Safari. A name that begins with a dot stands for all below it.
const KNOWN: [&str; 4] =
    ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];
/// The longest address, in bytes; those of today have some 250.
const LONGEST: usize = 1024;

/// The hosts that may be called.
#[derive(Clone, Debug)]
pub struct Hosts {
    names: Vec<String>,
    /// Whether addresses without TLS and with a port of their own will do: for tests.
    plain: bool,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { names: KNOWN.map(str::to_owned).to_vec(), plain: false }
    }
}

impl Hosts {
    /// One host without TLS on any port: for tests with a push service of their own.
    #[must_use]
    pub fn only(host: &str) -> Self {
        Self { names: vec![host.to_owned()], plain: true }
    }

    /// The address, if it is one of a push service that may be called.
    #[must_use]
    pub fn read(&self, endpoint: &str) -> Option<Url> {
        let url = Url::parse(endpoint).ok().filter(|_| endpoint.len() <= LONGEST)?;
        let host = url.host_str()?;
        let known = |name: &String| match name.strip_prefix('.') {
            Some(_) => host.ends_with(name.as_str()) && host.len() > name.len(),
            None => host == name,
        };
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let safe = self.plain || (url.scheme() == "https" && url.port().is_none());
        (safe && bare && self.names.iter().any(known)).then_some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;

    #[test]
    fn push_services_of_browsers_are_called_and_nobody_else() {
        let hosts = Hosts::default();
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://db5p.notify.windows.com/w/?token=abc",
            "https://web.push.apple.com/abc",
        ] {
            assert!(hosts.read(good).is_some(), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com.evil.example/x",
            "https://evilfcm.googleapis.com/x",
            "https://push.apple.com.evil.example/x",
            "https://.push.apple.com/x",
            "https://evil.example/#.push.apple.com",
            "https://fcm.googleapis.com@evil.example/x",
            "https://user@fcm.googleapis.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "file:///etc/passwd",
            "",
        ] {
            assert!(hosts.read(bad).is_none(), "{bad}");
        }
        assert!(hosts.read(&format!("https://web.push.apple.com/{}", "x".repeat(2000))).is_none());
    }
}
