//! Which chain: names, address prefixes, public servers, how deep a transfer must lie.

use nexa_core::domain::money::Currency;
use serde::Deserialize;

/// A coin that this adapter knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coin {
    Bitcoin,
    Litecoin,
}

/// Which of a coin's chains.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Chain {
    #[default]
    Main,
    Test,
    Regtest,
}

/// One chain of one coin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Network {
    pub(super) coin: Coin,
    pub(super) chain: Chain,
}

impl Network {
    pub(super) const fn asset(self) -> Currency {
        match self.coin {
            Coin::Bitcoin => Currency::Btc,
            Coin::Litecoin => Currency::Ltc,
        }
    }

    /// The scheme of payment URIs (BIP 21), the same on every chain of a coin.
    pub(super) const fn scheme(self) -> &'static str {
        match self.coin {
            Coin::Bitcoin => "bitcoin",
            Coin::Litecoin => "litecoin",
        }
    }

    /// The name under which movements stand.
    pub(super) const fn family(self) -> &'static str {
        match (self.coin, self.chain) {
            (Coin::Bitcoin, Chain::Main) => "bitcoin",
            (Coin::Bitcoin, Chain::Test) => "bitcoin-test",
            (Coin::Bitcoin, Chain::Regtest) => "bitcoin-regtest",
            (Coin::Litecoin, Chain::Main) => "litecoin",
            (Coin::Litecoin, Chain::Test) => "litecoin-test",
            (Coin::Litecoin, Chain::Regtest) => "litecoin-regtest",
        }
    }

    /// The human-readable part of segwit addresses: BIP 173 for Bitcoin, `chainparams.cpp` of Litecoin Core.
    pub(super) const fn prefix(self) -> &'static str {
        match (self.coin, self.chain) {
            (Coin::Bitcoin, Chain::Main) => "bc",
            (Coin::Bitcoin, Chain::Test) => "tb",
            (Coin::Bitcoin, Chain::Regtest) => "bcrt",
            (Coin::Litecoin, Chain::Main) => "ltc",
            (Coin::Litecoin, Chain::Test) => "tltc",
            (Coin::Litecoin, Chain::Regtest) => "rltc",
        }
    }

    /// Public servers to ask when the operator names none; empty where there are none.
    pub(super) const fn servers(self) -> &'static [&'static str] {
        match (self.coin, self.chain) {
            (Coin::Bitcoin, Chain::Main) => &["https://mempool.space/api", "https://blockstream.info/api"],
            (Coin::Litecoin, Chain::Main) => &["https://litecoinspace.org/api"],
            (Coin::Bitcoin, Chain::Test) => &["https://mempool.space/testnet4/api"],
            _ => &[],
        }
    }

    /// The least amount due: well above the dust limit, below which nodes do not pass a transfer on.
    pub(super) const fn minimum(self) -> i64 {
        match self.coin {
            Coin::Bitcoin => 1_000,
            Coin::Litecoin => 10_000,
        }
    }

    /// Confirmations wanted up to an amount in minor units. Bitcoin: one block for small change, three to six from
    /// about 500 USD on. Litecoin's blocks are cheaper to replace: two, six from about 100 USD on.
    pub(super) const fn confirmations(self) -> &'static [(i64, u32)] {
        match (self.coin, self.chain) {
            (_, Chain::Regtest) => &[(i64::MAX, 1)],
            (Coin::Bitcoin, _) => &[(50_000, 1), (500_000, 2), (5_000_000, 3), (i64::MAX, 6)],
            (Coin::Litecoin, _) => &[(100_000_000, 2), (i64::MAX, 6)],
        }
    }
}
