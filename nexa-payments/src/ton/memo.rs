//! The comment that tells whom a transfer is for.
//!
//! It is `NX-` and 40 bits of a hash of the payment's id, in eight signs that people can read to each other. The core
//! keeps references unique for each gateway, so of a million payments a new one meets an old one's comment once in a
//! million: it cannot be opened then, and the customer's next try has another id. It is no secret: who guesses one can
//! only pay for somebody else.

use nexa_core::ids::PaymentId;
use sha2::{Digest, Sha256};

/// No I, L, O, U (Crockford's base 32).
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "NX-";

/// The comment of a payment.
pub(super) fn of(payment: PaymentId) -> String {
    let hash = Sha256::digest(format!("nexa/ton/1\n{payment}"));
    let bits = hash.iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let sign = |n: u32| {
        let index = usize::try_from(bits >> (5 * n) & 31).unwrap_or(0);
        char::from(SIGNS.get(index).copied().unwrap_or(b'0'))
    };
    format!("{PREFIX}{}", (0..8).map(sign).collect::<String>())
}

/// What somebody wrote, as comments of ours are written; none when it cannot be one. Only the whole is one: a comment
/// that holds another must not be taken for it.
pub(super) fn read(written: &str) -> Option<String> {
    let text = written.trim().to_uppercase();
    is(&text).then_some(text)
}

/// Whether a reference is one.
pub(super) fn is(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|signs| signs.len() == 8 && signs.bytes().all(|sign| SIGNS.contains(&sign)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn comments_are_alike_for_one_payment_and_differ_between_payments() {
        let comment = |n| of(PaymentId::from(Uuid::from_u128(n)));
        assert_eq!(comment(7), comment(7));
        let all: HashSet<_> = (0..20_000).map(comment).collect();
        assert_eq!(all.len(), 20_000);
        assert!(all.iter().all(|text| is(text) && read(&format!("  {} \n", text.to_lowercase())).as_ref() == Some(text)));
    }

    #[test]
    fn only_the_whole_comment_is_one() {
        for text in [
            "",
            "NX-",
            "NX-7F3K2",
            "NX-7F3K2ABCD",
            "NX-7F3K2AB",
            "NX-ILOU0000",
            "xNX-7F3K2ABC",
            "pay NX-7F3K2ABC",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("nx-7f3k2abc").as_deref(), Some("NX-7F3K2ABC"));
    }
}
