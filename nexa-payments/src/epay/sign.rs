//! EPay's signature: MD5 over the fields that are not empty, sorted by name, joined as `name=value` with `&`, and the key
//! behind them without anything between.

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use nexa_core::secret::Secret;
use subtle::ConstantTimeEq;

/// The key of one merchant.
pub(super) struct Key(Secret<String>);

impl Key {
    pub(super) fn new(key: String) -> Self {
        Self(Secret::new(key))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The signature of fields without one.
    pub(super) fn sign(&self, fields: &[(&str, &str)]) -> String {
        let signed = |name: &str| !matches!(name, "sign" | "sign_type");
        let mut fields: Vec<_> =
            fields.iter().filter(|(name, value)| signed(name) && !value.is_empty()).copied().collect();
        fields.sort_unstable();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut hash = Md5::new();
        hash.update(pairs.join("&"));
        hash.update(self.expose());
        HEXLOWER.encode(&hash.finalize())
    }

    /// Whether these fields carry the key's signature. Fields that could be cut apart in more than one way are refused,
    /// because the same signature would fit both.
    pub(super) fn has_signed(&self, fields: &[(String, String)]) -> bool {
        let mut names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let once = names.windows(2).all(|pair| pair.first() != pair.last());
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let plain = fields.iter().all(|(name, value)| is_name(name) && !value.contains('&'));
        let get =
            |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value);
        if !once || !plain || get("sign_type") != "MD5" {
            return false;
        }
        let borrowed: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.sign(&borrowed).as_bytes().ct_eq(get("sign").as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_protocol() {
        let key = Key::new("EPAYKEY".to_owned());
        let asked = [
            ("type", "alipay"),
            ("pid", "1001"),
            ("money", "69.90"),
            ("name", "ord_01J9Z"),
            ("notify_url", "https://vpn.example/pay/epay"),
            ("return_url", "https://vpn.example/o/1"),
            ("out_trade_no", "ord_01J9Z"),
            ("param", ""),
        ];
        assert_eq!(key.sign(&asked), "6e53e86048db278f34957e88c301efaf");
        let told = [
            ("pid", "1001"),
            ("trade_no", "20261123224814001"),
            ("out_trade_no", "ord_01J9Z"),
            ("type", "alipay"),
            ("name", "ord_01J9Z"),
            ("money", "69.90"),
            ("trade_status", "TRADE_SUCCESS"),
            ("sign", "ec1acc35aa4ed664ae09365055ee7589"),
            ("sign_type", "MD5"),
        ];
        let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert!(key.has_signed(&told));
        for at in 0..told.len() {
            let mut other = told.clone();
            other[at].1.push('1');
            assert!(!key.has_signed(&other), "{}", told[at].0);
            let mut fewer = told.to_vec();
            fewer.remove(at);
            assert!(!key.has_signed(&fewer), "without {}", told[at].0);
            let mut twice = told.to_vec();
            twice.push(told[at].clone());
            assert!(!key.has_signed(&twice), "{} twice", told[at].0);
        }
        assert!(!Key::new(String::new()).has_signed(&told) && !key.has_signed(&[]));
    }

    #[test]
    fn fields_cannot_be_moved_into_one_another() {
        let key = Key::new("EPAYKEY".to_owned());
        let signature = key.sign(&[("money", "1.00"), ("name", "a"), ("pid", "1")]);
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let signed = |fields: Vec<(String, String)>| {
            key.has_signed(&[fields, vec![field("sign", &signature), field("sign_type", "MD5")]].concat())
        };
        assert!(signed(vec![field("money", "1.00"), field("name", "a"), field("pid", "1")]));
        assert!(!signed(vec![field("money", "1.00&name=a"), field("pid", "1")]));
        assert!(!signed(vec![field("money=1.00&name", "a"), field("pid", "1")]));
    }
}
