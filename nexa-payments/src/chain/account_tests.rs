//! The vectors: one seed on both chains, and the contracts of the tokens.

use super::*;

const XPUB_EVM: &str = "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";
const XPUB_TRON: &str = "xpub6D1AabNHCupeiLM65ZR9UStMhJ1vCpyV4XbZdyhMZBiJXALQtmn9p42VTQckoHVn8WNqS7dqnJokZHAHcHGoaQgmv8D45oNUKx6DZMNZBCd";

fn key(text: &str) -> AccountKey {
    AccountKey::parse(text, true).expect("a key")
}

fn refusal(text: &str) -> Refusal {
    AccountKey::parse(text, false).map(|_| ()).expect_err(text)
}

#[test]
fn accounts_are_those_of_the_vectors() {
    let evm = key(XPUB_EVM);
    let addresses = [
        "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
        "0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0",
        "0xb6716976A3ebe8D39aCEB04372f22Ff8e6802D7A",
    ];
    for (index, address) in (0..).zip(addresses) {
        let account = evm.account(index).expect("an account");
        assert_eq!(account.checksummed(), address);
        assert_eq!(Account::parse_hex(address), Some(account));
        assert_eq!(Account::in_word(&account.word()), Some(account));
    }
    let tron = key(XPUB_TRON);
    let addresses = [
        "TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH",
        "TSeJkUh4Qv67VNFwY8LaAxERygNdy6NQZK",
        "TYJPRrdB5APNeRs4R7fYZSwW3TcrTKw2gx",
    ];
    for (index, address) in (0..).zip(addresses) {
        let account = tron.account(index).expect("an account");
        assert_eq!(account.tron(), address);
        assert_eq!(Account::parse_tron(address), Some(account));
    }
    assert_eq!(
        tron.account(0).map(Account::digits).as_deref(),
        Some("c8599111f29c1e1e061265b4af93ea1f274ad78a")
    );
    assert_eq!(tron.account(1 << 31), None);
}

#[test]
fn one_wrong_letter_is_no_address() {
    let good = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94";
    for text in [
        "0x9858EfFD232B4033E47d90003D41EC34EcaEdA94",
        "9858EfFD232B4033E47d90003D41EC34EcaEda94",
        "0x9858EfFD232B4033E47d90003D41EC34EcaEda9",
        "0x9858EfFD232B4033E47d90003D41EC34EcaEda9400",
        "",
    ] {
        assert_eq!(Account::parse_hex(text), None, "{text}");
    }
    assert_eq!(Account::parse_hex(&good.to_lowercase()), Account::parse_hex(good));
    for text in ["TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdJ", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "T", good] {
        assert_eq!(Account::parse_tron(text), None, "{text}");
    }
    assert_eq!(Account::in_word(&format!("0x1{:0>63}", "")), None, "more than an account");
}

#[test]
fn keys_that_everybody_has_and_what_is_no_public_key_are_refused() {
    for text in [XPUB_EVM, XPUB_TRON, "YOUR_XPUB", "xpub..."] {
        assert_eq!(refusal(text), Refusal::PlaceholderKey, "{text}");
    }
    let words = ["abandon"; 11].join(" ") + " about";
    let hex = "1".repeat(64);
    for text in [words.as_str(), hex.as_str(), &format!("0x{hex}")] {
        assert_eq!(refusal(text), Refusal::PrivateKey, "{text}");
    }
    let mut private = base58::decode_check(XPUB_EVM).expect("base 58");
    private.splice(0..4, [0x04, 0x88, 0xad, 0xe4]);
    assert_eq!(refusal(&base58::encode_check(&private)), Refusal::PrivateKey);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = base58::decode_check(XPUB_EVM).expect("base 58");
        change(&mut bytes);
        refusal(&base58::encode_check(&bytes))
    };
    for refused in [
        with(&|bytes| bytes[4] = 4),
        with(&|bytes| drop(bytes.splice(0..4, [0x04, 0xb2, 0x47, 0x46]))),
        with(&|bytes| bytes[45] = 7),
        refusal("0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        refusal(&XPUB_EVM[..100]),
    ] {
        assert!(matches!(refused, Refusal::BadConfig { ref setting, .. } if setting == "key"), "{refused:?}");
    }
    assert_ne!(key(XPUB_EVM).sequence("evm"), key(XPUB_TRON).sequence("evm"));
}
