//! Codes of coupons that are one customer's own.

use crate::{domain::refusal::Refusal, secret::Fingerprint};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Such a code: 64 bits of a keyed hash, written as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnCode(u64);

impl OwnCode {
    /// From a keyed hash of whom and what it is for.
    #[must_use]
    pub fn of(print: &Fingerprint) -> Self {
        print.0.get(..16).and_then(|hex| hex.parse().ok()).unwrap_or(Self(0))
    }
}

impl fmt::Display for OwnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

impl FromStr for OwnCode {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        u64::from_str_radix(text, 16).map(Self).map_err(|_| Refusal::CouponUnknown)
    }
}

impl TryFrom<String> for OwnCode {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<OwnCode> for String {
    fn from(code: OwnCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::coupon::code, secret::digest};

    #[test]
    fn it_is_a_code_that_can_be_typed_and_read_back() {
        let own = OwnCode::of(&digest("somebody"));
        assert_ne!(own, OwnCode(0));
        assert_eq!(code(&own.to_string()), Some(own.to_string()));
        assert_eq!(serde_json::from_str::<OwnCode>(&serde_json::to_string(&own).unwrap()).unwrap(), own);
        assert_ne!(OwnCode::of(&digest("somebody else")), own);
    }
}
