//! Which token on which chain: what an operator chooses by the kind's name.

use nexa_core::domain::money::Currency;

/// A token on a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// Names the chain in the database, where transfers are unique.
    pub(super) family: String,
    /// What `eth_chainId` must answer.
    pub(super) chain_id: u64,
    /// The token's contract: it alone says which token a transfer is of, never a name.
    pub(super) contract: String,
    /// What `decimals()` must answer.
    pub(super) decimals: u32,
    /// What it is in the books.
    pub(super) asset: Currency,
    /// How the chain makes blocks.
    pub(super) pace: Pace,
}

/// How a chain makes blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pace {
    /// Between two blocks, in milliseconds.
    pub(super) block_millis: i64,
    /// Blocks after which a transfer is final, where a server does not know the tag `finalized`.
    pub(super) depth: u64,
}

/// A kind's name and its token.
pub(super) struct Listed {
    pub(super) name: &'static str,
    pub(super) family: &'static str,
    pub(super) chain_id: u64,
    pub(super) contract: &'static str,
    pub(super) decimals: u32,
    pub(super) asset: Currency,
    pub(super) pace: Pace,
}

impl Listed {
    pub(super) fn token(&self) -> Token {
        Token {
            family: self.family.to_owned(),
            chain_id: self.chain_id,
            contract: self.contract.to_owned(),
            decimals: self.decimals,
            asset: self.asset,
            pace: self.pace,
        }
    }
}

/// BSC makes a block in 0.45 s since the Fermi upgrade of January 2026; two blocks more make it final.
const BSC: Pace = Pace { block_millis: 450, depth: 15 };
/// Polygon's milestones come every few blocks; before them, 40 blocks were waited for.
const POLYGON: Pace = Pace { block_millis: 2_000, depth: 40 };
/// Arbitrum and Base are final when Ethereum is, a quarter of an hour later.
const ARBITRUM: Pace = Pace { block_millis: 250, depth: 3_600 };
const BASE: Pace = Pace { block_millis: 2_000, depth: 450 };

/// Every token that has a kind. Contracts and decimals are those that the issuers publish; USDT has 18 decimals on BSC and
/// 6 everywhere else, so both are asked for again before the first use.
pub(super) const LISTED: [Listed; 5] = [
    Listed {
        name: "usdt-bsc",
        family: "bsc",
        chain_id: 56,
        contract: "0x55d398326f99059fF775485246999027B3197955",
        decimals: 18,
        asset: Currency::Usdt,
        pace: BSC,
    },
    Listed {
        name: "usdt-polygon",
        family: "polygon",
        chain_id: 137,
        contract: "0xc2132D05D31c914a87C6611C10748AEb04B58e8F",
        decimals: 6,
        asset: Currency::Usdt,
        pace: POLYGON,
    },
    Listed {
        name: "usdc-polygon",
        family: "polygon",
        chain_id: 137,
        contract: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
        decimals: 6,
        asset: Currency::Usdc,
        pace: POLYGON,
    },
    Listed {
        name: "usdt-arbitrum",
        family: "arbitrum",
        chain_id: 42_161,
        contract: "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9",
        decimals: 6,
        asset: Currency::Usdt,
        pace: ARBITRUM,
    },
    Listed {
        name: "usdc-base",
        family: "base",
        chain_id: 8_453,
        contract: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        decimals: 6,
        asset: Currency::Usdc,
        pace: BASE,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::account::Account;

    #[test]
    fn contracts_are_written_without_a_slip() {
        for listed in LISTED {
            let account = Account::parse_hex(listed.contract).expect(listed.name);
            assert_eq!(account.checksummed(), listed.contract, "{}", listed.name);
        }
    }
}
