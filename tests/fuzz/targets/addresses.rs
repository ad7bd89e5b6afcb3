//! Addresses that operators and resellers type, which the program calls.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::address::{
    is_public,
    outbound::{Range, web_address, without_inner},
};
use url::Host;

fuzz_target!(|text: &str| {
    if let Ok(url) = web_address("url", text, Range::Public) {
        assert_eq!(url.scheme(), "https");
        assert!(url.username().is_empty() && url.password().is_none());
        let inside = match url.host() {
            Some(Host::Ipv4(v4)) => !is_public(v4.into()),
            Some(Host::Ipv6(v6)) => !is_public(v6.into()),
            Some(Host::Domain(name)) => format!(".{}", name.trim_end_matches('.')).ends_with(".localhost"),
            None => true,
        };
        assert!(!inside, "{url} is not public");
        assert!(without_inner(&serde_json::json!({ "at": [url.as_str()] })).is_ok(), "both judge alike");
        // Written out it may have become too long.
        if url.as_str().len() <= 2048 {
            assert_eq!(web_address("url", url.as_str(), Range::Public), Ok(url), "it stays what it is");
        }
    }
    drop(web_address("url", text, Range::Anywhere));
    drop(without_inner(&serde_json::json!({ "at": text })));
});
