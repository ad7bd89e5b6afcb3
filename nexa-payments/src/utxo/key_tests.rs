//! The vectors: BIP 84's own, and the same seed on the other chains.

use super::*;
use std::str::FromStr;

const ZPUB: &str = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
const XPUB_BTC: &str = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V";
const XPUB_LTC: &str = "xpub6CjGURuDpczf6uNrCCwfhVizn5J3hsWcvZ2m6GAdmAjZnoWJPrx6TFPjGSftc2o5fvox6ubQjSXmjjaHZjwYMH7SGFpHHb9Jg24zBf66mbE";
const XPUB_TRON: &str = "xpub6D1AabNHCupeiLM65ZR9UStMhJ1vCpyV4XbZdyhMZBiJXALQtmn9p42VTQckoHVn8WNqS7dqnJokZHAHcHGoaQgmv8D45oNUKx6DZMNZBCd";
const XPUB_EVM: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";

const fn network(coin: Coin, chain: Chain) -> Network {
    Network { coin, chain }
}

const BTC: Network = network(Coin::Bitcoin, Chain::Main);
const LTC: Network = network(Coin::Litecoin, Chain::Main);
const BTC_REG: Network = network(Coin::Bitcoin, Chain::Regtest);
const LTC_REG: Network = network(Coin::Litecoin, Chain::Regtest);

/// The vectors are published keys, so they are read as keys of a test chain and shown for the main one.
fn shown(text: &str, as_read: Network, as_shown: Network) -> AccountKey {
    let key = AccountKey::parse(text, as_read).expect("a key");
    AccountKey { network: as_shown, ..key }
}

/// The same key with other version bytes.
fn with_version(text: &str, version: [u8; 4]) -> String {
    let mut bytes = base58::decode_check(text).expect("base58");
    bytes.splice(0..4, version);
    base58::encode_check(&bytes)
}

fn refusal(text: &str, network: Network) -> Refusal {
    AccountKey::parse(text, network).map(|_| ()).expect_err(text)
}

#[test]
fn addresses_are_those_of_the_vectors() {
    for text in [ZPUB, XPUB_BTC] {
        let key = shown(text, BTC_REG, BTC);
        let addresses = [
            (0, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
            (1, "bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g"),
            (2, "bc1qp59yckz4ae5c4efgw2s5wfyvrz0ala7rgvuz8z"),
            (1000, "bc1q2r6gwzc9em5vrywu66qkzpp5ujeep9qp80umeq"),
        ];
        for (index, address) in addresses {
            assert_eq!(key.address(index).as_deref(), Some(address));
            assert!(is_address(address, BTC) && !is_address(address, LTC));
        }
    }
    let regtest = shown(ZPUB, BTC_REG, BTC_REG);
    assert_eq!(regtest.address(0).as_deref(), Some("bcrt1qcr8te4kr609gcawutmrza0j4xv80jy8zeqchgx"));
    let litecoin = shown(XPUB_LTC, LTC_REG, LTC);
    assert_eq!(litecoin.address(0).as_deref(), Some("ltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c2rkk4wh"));
    assert_eq!(litecoin.address(1).as_deref(), Some("ltc1qwlezpr3890hcp6vva9twqh27mr6edadreqvhnn"));
    assert_eq!(litecoin.address(1 << 31), None);
}

#[test]
fn every_spelling_of_a_key_is_the_same_key() {
    let first = shown(XPUB_LTC, LTC_REG, LTC_REG);
    // SLIP-132: zpub, vpub, tpub; Ltub and ttub of Litecoin.
    let versions = [
        [0x04, 0xb2, 0x47, 0x46],
        [0x04, 0x5f, 0x1c, 0xf6],
        [0x04, 0x35, 0x87, 0xcf],
        [0x01, 0x9d, 0xa4, 0x62],
        [0x04, 0x36, 0xf6, 0xe1],
    ];
    for version in versions {
        let other = shown(&with_version(XPUB_LTC, version), LTC_REG, LTC_REG);
        assert_eq!(other.sequence(), first.sequence());
        assert_eq!(other.address(7), first.address(7));
    }
    assert_ne!(first.sequence(), shown(ZPUB, LTC_REG, LTC_REG).sequence());
    assert!(!XPUB_LTC.contains(first.sequence().rsplit(':').next().expect("a name")));
}

#[test]
fn keys_that_everybody_has_are_refused_where_money_is_real() {
    for text in [ZPUB, XPUB_BTC, XPUB_LTC, XPUB_TRON, XPUB_EVM] {
        assert_eq!(refusal(text, BTC), Refusal::PlaceholderKey);
        assert_eq!(refusal(text, LTC), Refusal::PlaceholderKey);
    }
    for text in [
        "",
        "YOUR_ZPUB_HERE",
        "zpub6...",
        "<xpub>",
        "xpubxxxxxxxxxx",
        "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh",
    ] {
        assert_eq!(refusal(text, BTC), Refusal::PlaceholderKey, "{text}");
    }
}

#[test]
fn private_keys_are_refused_as_such() {
    let seed = [7; 64];
    let secret =
        bitcoin::bip32::Xpriv::new_master(bitcoin::NetworkKind::Main, &seed).expect("a key").to_string();
    let bytes = HEXLOWER.encode(&seed[..32]);
    let mut wif = vec![0xb0];
    wif.extend_from_slice(&seed[..32]);
    wif.push(1);
    let abandon = format!("{}about", "abandon ".repeat(11));
    let texts = [
        secret.clone(),
        with_version(&secret, [0x04, 0xb2, 0x43, 0x0c]),
        with_version(&secret, [0x01, 0x9d, 0x9c, 0xfe]),
        with_version(&secret, [0x04, 0x35, 0x83, 0x94]),
        format!("wpkh([00000000/84h/0h/0h]{secret}/0/*)"),
        bytes,
        base58::encode_check(&wif),
        abandon.clone(),
        format!("  {}  ", abandon.replace(' ', "\n")),
        format!("{abandon} {abandon}"),
        "zprvAdG4iTXWBoARxkkzNpNh8r6Qag3irQB8PzEMkAFeTRXxHpbF9z4QgEvBRmfvqWvGp42t42nvgGpNgYSJA9iefm1yYNZKEm7z6qUWCroSQnE"
            .to_owned(),
    ];
    for text in texts {
        for network in [BTC, LTC, BTC_REG] {
            assert_eq!(refusal(&text, network), Refusal::PrivateKey, "{text}");
        }
    }
}

#[test]
fn other_keys_and_addresses_are_refused_with_a_reason() {
    let fresh = {
        let secp = bitcoin::secp256k1::Secp256k1::new();
        let master = bitcoin::bip32::Xpriv::new_master(bitcoin::NetworkKind::Main, &[9; 64]).expect("a key");
        let path = |text| bitcoin::bip32::DerivationPath::from_str(text).expect("a path");
        let at = |text| {
            Xpub::from_priv(&secp, &master.derive_priv(&secp, &path(text)).expect("a key")).to_string()
        };
        [at("m"), at("m/84'/2'/0'"), at("m/84'/2'/0'/0")]
    };
    assert!(AccountKey::parse(&fresh[1], LTC).is_ok() && AccountKey::parse(&fresh[1], BTC).is_ok());
    let mut typo = fresh[1].clone();
    typo.replace_range(40..41, if typo.get(40..41) == Some("a") { "b" } else { "a" });
    let texts = [
        (fresh[0].clone(), LTC),
        (fresh[2].clone(), LTC),
        (with_version(&fresh[1], [0x04, 0x9d, 0x7c, 0xb2]), LTC),
        (with_version(&fresh[1], [0x01, 0xb2, 0x6e, 0xf6]), LTC),
        (with_version(&fresh[1], [0x01, 0x9d, 0xa4, 0x62]), BTC),
        (with_version(&fresh[1], [0x02, 0xaa, 0x7e, 0xd3]), BTC),
        (with_version(&fresh[1], [0x04, 0x35, 0x87, 0xcf]), BTC),
        (typo, BTC),
        ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu".to_owned(), BTC),
        ("ltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c2rkk4wh".to_owned(), LTC),
        ("1KTdqfJhxyr7LH5iWJbxBQuQVYdu3fFtFa".to_owned(), BTC),
        ("zpub6rFR7y4Q2Aij".to_owned(), BTC),
        ("💥".to_owned(), BTC),
    ];
    for (text, network) in texts {
        assert!(
            matches!(refusal(&text, network), Refusal::BadConfig { setting, .. } if setting == "key"),
            "{text}"
        );
    }
}
