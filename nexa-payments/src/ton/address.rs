//! Addresses of TON: what is written (36 bytes in base64, the last two a checksum, or `workchain:hex`) and what it names.
//!
//! Format: <https://docs.ton.org/foundations/addresses/formats>.

use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXLOWER_PERMISSIVE};

/// First bytes of the written form.
const BOUNCEABLE: u8 = 0x11;
const NON_BOUNCEABLE: u8 = 0x51;
const TEST_ONLY: u8 = 0x80;

/// An account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Address {
    workchain: i8,
    account: [u8; 32],
    /// Whether its written form says that it is for the test chain only.
    test_only: bool,
}

impl Address {
    /// Reads either form; none for a wrong checksum, length, first byte or workchain.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((workchain, hex)) = text.split_once(':') {
            let workchain = workchain.parse().ok().filter(|chain| matches!(chain, -1 | 0))?;
            let account = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?.try_into().ok()?;
            return Some(Self { workchain, account, test_only: false });
        }
        let bytes = BASE64URL.decode(text.as_bytes()).or_else(|_| BASE64.decode(text.as_bytes())).ok()?;
        let (named, check) = bytes.split_at_checked(34)?;
        let [tag, workchain, account @ ..] = named else { return None };
        let kind = matches!(tag & !TEST_ONLY, BOUNCEABLE | NON_BOUNCEABLE);
        let workchain = i8::from_ne_bytes([*workchain]);
        if !kind || check != crc16(named) || !matches!(workchain, -1 | 0) {
            return None;
        }
        Some(Self { workchain, account: account.try_into().ok()?, test_only: tag & TEST_ONLY != 0 })
    }

    /// `workchain:hex`, in lower case.
    pub(super) fn raw(&self) -> String {
        format!("{}:{}", self.workchain, HEXLOWER.encode(&self.account))
    }

    /// The form for customers, `UQ…`: money to a wallet that nothing was sent to yet does not come back.
    pub(super) fn shown(&self, test: bool) -> String {
        let tag = if test { NON_BOUNCEABLE | TEST_ONLY } else { NON_BOUNCEABLE };
        let mut bytes = vec![tag, u8::from_ne_bytes(self.workchain.to_ne_bytes())];
        bytes.extend_from_slice(&self.account);
        bytes.extend_from_slice(&crc16(&bytes));
        BASE64URL.encode(&bytes)
    }

    /// Whether both name one account, however they are written.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.workchain, self.account) == (other.workchain, other.account)
    }

    /// Whether a server's text names it.
    pub(super) fn is_written(&self, text: &str) -> bool {
        Self::parse(text).is_some_and(|other| self.is(&other))
    }

    pub(super) const fn is_for_tests(&self) -> bool {
        self.test_only
    }

    /// Whether nobody can have the key of it.
    pub(super) fn is_nobodys(&self) -> bool {
        self.account.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
    }
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> [u8; 2] {
    let mut crc: u16 = 0;
    for byte in bytes {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = "0:bc9585afb7a6c121db3e2f7a38cb5028bb05f1e91e392980042d580a794453c3";

    #[test]
    fn every_form_of_an_address_names_one_account() {
        let raw = Address::parse(RAW).unwrap();
        for text in [
            "EQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw96A",
            "UQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw4NF",
            "UQC8lYWvt6bBIds+L3o4y1AouwXx6R45KYAELVgKeURTw4NF",
            "0QC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTwzjP",
            &RAW.to_uppercase(),
        ] {
            let read = Address::parse(text).unwrap();
            assert!(read.is(&raw), "{text}");
            assert_eq!(read.is_for_tests(), text.starts_with("0Q"));
        }
        assert_eq!(raw.raw(), RAW);
        assert_eq!(raw.shown(false), "UQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw4NF");
        assert_eq!(raw.shown(true), "0QC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTwzjP");
        let usdt = Address::parse("EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs").unwrap();
        assert_eq!(usdt.raw(), "0:b113a994b5024a16719f69139328eb759596c38a25f59028b146fecdc3621dfe");
    }

    #[test]
    fn one_wrong_letter_is_found() {
        let good = "UQC8lYWvt6bBIds-L3o4y1AouwXx6R45KYAELVgKeURTw4NF";
        for at in 0..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(Address::parse(std::str::from_utf8(&bytes).unwrap()), None, "{at}");
        }
        for text in ["", "0:", "0:12", "7:bc", &RAW[..60], &RAW.replace("0:", "5:"), "UQ", &good[..47]] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
