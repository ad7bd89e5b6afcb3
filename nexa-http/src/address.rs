//! Whose request it is, as far as addresses tell: the peer, or what a trusted proxy says of it.
//!
//! Addresses live in memory only, never in the log.

use nexa_core::domain::refusal::Refusal;
use poem::{Addr, Request, http::HeaderMap};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// A range of addresses, e.g. `10.0.0.0/8`; one address when no length is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl FromStr for Network {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::bad_input("trusted_proxies", "an address or a range such as 10.0.0.0/8");
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |b| b.trim().parse()).map_err(|_| wrong())?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

impl Network {
    /// Whether `address` lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (net, other) = (self.address.to_canonical(), address.to_canonical());
        net.is_ipv4() == other.is_ipv4() && masked(net, self.bits) == masked(other, self.bits)
    }
}

fn masked(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

/// The client's address: the peer, or the last address in `X-Forwarded-For` that no trusted proxy added.
#[must_use]
pub fn client(request: &Request, trusted: &[Network]) -> IpAddr {
    let peer = match &request.remote_addr().0 {
        Addr::SocketAddr(socket) => socket.ip().to_canonical(),
        _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    };
    behind(peer, request.headers(), trusted)
}

fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let chain: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in chain.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Ok(address) = hop.parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
}

/// What a limit counts by: one address, or the /64 that one IPv6 customer owns.
#[must_use]
pub fn counted(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    masked(address, if address.is_ipv4() { 32 } else { 64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        behind(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn strangers_cannot_name_their_address() {
        assert_eq!(seen("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", "198.51.100.1", &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn proxies_are_looked_through_from_the_right() {
        let trusted = ["10.0.0.0/8", "::1"];
        assert_eq!(seen("10.0.0.1", "198.51.100.1", &trusted), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4", &trusted), "198.51.100.1");
        assert_eq!(seen("::1", "2001:db8::7", &trusted), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", "nonsense", &trusted), "10.0.0.1");
    }

    #[test]
    fn ipv6_counts_by_customer() {
        let one: IpAddr = "2001:db8:1:2:3::4".parse().unwrap();
        let two: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        let other: IpAddr = "2001:db8:1:3::4".parse().unwrap();
        assert_eq!(counted(one), counted(two));
        assert_ne!(counted(one), counted(other));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(counted(mapped).to_string(), "192.0.2.1");
    }

    #[test]
    fn wrong_ranges_are_refused() {
        for text in ["", "10.0.0.0/33", "host", "::1/129", "10.0.0.0/x"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
    }
}
