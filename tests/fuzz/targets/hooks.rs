//! What comes to the address of a gateway's callbacks: with its signature, and without.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::ports::gateway::{Callback, Signal};
use nexa_fuzz::{listeners, now, signed};

fuzz_target!(|data: &[u8]| {
    let [which, how, rest @ ..] = data else { return };
    let all = listeners();
    let listener = &all[usize::from(*which) % all.len()];
    let method = ["POST", "GET", "PUT"][usize::from(*how % 3)];
    let (headers, body) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (&[][..], rest),
    };
    let gateway = &listener.gateway;
    let good = gateway.read(&signed(listener.name, method, body), now());
    assert_eq!(good, gateway.read(&signed(listener.name, method, body), now()), "reading changes nothing");
    if let Signal::Observed(facts) = &good.signal {
        assert!(facts.iter().all(|fact| fact.amount.minor >= 0), "{}: {facts:?}", listener.name);
    }
    // The same without a signature of theirs, with whatever headers a stranger sends.
    let headers = String::from_utf8_lossy(headers);
    let headers = headers.lines().filter_map(|line| line.split_once(':'));
    let stranger = Callback {
        method: method.to_owned(),
        query: String::from_utf8_lossy(body).into_owned(),
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect(),
        body: body.to_vec(),
    };
    let heard = gateway.read(&stranger, now()).signal;
    if listener.signs {
        assert_eq!(heard, Signal::Forged, "{} believes a stranger", listener.name);
    } else {
        assert!(!matches!(heard, Signal::Observed(_)), "{} believes a browser", listener.name);
    }
});
