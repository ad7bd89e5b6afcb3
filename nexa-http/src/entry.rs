//! What a connection goes through before HTTP is spoken on it: nothing, TLS, or the word of a balancer about whose
//! connection it is.

use crate::address::Network;
use poem::http::uri::Scheme;
use std::{
    future::Future,
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite},
    net::TcpStream,
};

/// An entry. The server loop bounds how long getting through it takes.
pub trait Entry: Send + Sync + 'static {
    /// What HTTP is spoken on.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Gets a connection through, and says whose it is. An error ends it without a word.
    fn enter(
        &self,
        stream: TcpStream,
        remote: SocketAddr,
    ) -> impl Future<Output = io::Result<(Self::Stream, SocketAddr)>> + Send;

    /// How addresses begin that lead through it.
    fn scheme(&self) -> Scheme;
}

/// Plain HTTP from the first byte on.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Entry for Plain {
    type Stream = TcpStream;

    async fn enter(&self, stream: TcpStream, remote: SocketAddr) -> io::Result<(TcpStream, SocketAddr)> {
        Ok((stream, remote))
    }

    fn scheme(&self) -> Scheme {
        Scheme::HTTP
    }
}

/// Another entry behind balancers that pass connections on as they are and say first whose each is: the PROXY protocol,
/// version 1 or 2 (<https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>).
///
/// A trusted balancer must say it with every connection. Whatever anybody else begins with is not read as such a word.
#[derive(Clone, Debug)]
pub struct Proxied<N> {
    inner: N,
    trusted: Vec<Network>,
}

impl<N> Proxied<N> {
    /// Believes these balancers.
    pub const fn new(inner: N, trusted: Vec<Network>) -> Self {
        Self { inner, trusted }
    }
}

impl<N: Entry> Entry for Proxied<N> {
    type Stream = N::Stream;

    async fn enter(&self, mut stream: TcpStream, remote: SocketAddr) -> io::Result<(N::Stream, SocketAddr)> {
        let peer = remote.ip().to_canonical();
        let told = if self.trusted.iter().any(|network| network.contains(peer)) {
            told(&mut stream).await?
        } else {
            None
        };
        self.inner.enter(stream, told.unwrap_or(remote)).await
    }

    fn scheme(&self) -> Scheme {
        self.inner.scheme()
    }
}

/// What version 2 begins with.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// Most bytes of a line of version 1, with its end.
const MOST_LINE: usize = 107;
/// Most bytes of addresses and remarks in version 2 that are read; balancers send a few hundred.
const MOST_BLOCK: u16 = 2048;

/// Whose connection it is; none when the balancer speaks for itself or does not know. Not a byte more is read than the
/// word has.
async fn told(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    // Shorter than the shortest word of either version.
    let mut begin = [0; SIGNATURE.len()];
    stream.read_exact(&mut begin).await?;
    if begin == *SIGNATURE {
        return binary(stream).await;
    }
    let mut line = begin.to_vec();
    while !line.ends_with(b"\r\n") {
        if line.len() == MOST_LINE || !line.starts_with(b"PROXY ") {
            return Err(wrong());
        }
        line.push(stream.read_u8().await?);
    }
    text(std::str::from_utf8(&line).map_err(|_| wrong())?.trim_end_matches("\r\n"))
}

fn wrong() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "a trusted balancer did not say whose connection it is")
}

fn text(line: &str) -> io::Result<Option<SocketAddr>> {
    let parts: Vec<&str> = line.split(' ').collect();
    match parts.as_slice() {
        ["PROXY", "UNKNOWN", ..] => Ok(None),
        ["PROXY", family @ ("TCP4" | "TCP6"), source, _, port, _] => {
            let source: IpAddr = source.parse().map_err(|_| wrong())?;
            let port = port.parse().map_err(|_| wrong())?;
            if source.is_ipv4() == (*family == "TCP4") {
                Ok(Some(SocketAddr::new(source, port)))
            } else {
                Err(wrong())
            }
        }
        _ => Err(wrong()),
    }
}

async fn binary(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    let (command, family, length) =
        (stream.read_u8().await?, stream.read_u8().await?, stream.read_u16().await?);
    if length > MOST_BLOCK || !matches!(command, 0x20 | 0x21) {
        return Err(wrong());
    }
    let mut block = vec![0; usize::from(length)];
    stream.read_exact(&mut block).await?;
    // 0x20: the balancer speaks for itself, e.g. to see whether we are well.
    let source = match (command, family) {
        (0x21, 0x11) => block.first_chunk::<4>().map(|bytes| (IpAddr::from(*bytes), 8)),
        (0x21, 0x21) => block.first_chunk::<16>().map(|bytes| (IpAddr::from(*bytes), 32)),
        _ => return Ok(None),
    };
    let (source, at) = source.ok_or_else(wrong)?;
    let port = block.get(at..).and_then(|rest| rest.first_chunk::<2>()).ok_or_else(wrong)?;
    Ok(Some(SocketAddr::new(source, u16::from_be_bytes(*port))))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn heard(mut bytes: &[u8]) -> (Result<Option<String>, ErrorKind>, &[u8]) {
        let told = told(&mut bytes).await;
        (told.map(|source| source.map(|s| s.to_string())).map_err(|e| e.kind()), bytes)
    }

    fn block(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [SIGNATURE.as_slice(), &[command, family], &length, addresses, b"GET"].concat()
    }

    #[tokio::test]
    async fn a_line_tells_the_client_and_no_byte_of_what_follows_is_taken() {
        let (told, rest) = heard(b"PROXY TCP4 198.51.100.7 10.0.0.1 4711 443\r\nGET").await;
        assert_eq!((told, rest), (Ok(Some("198.51.100.7:4711".to_owned())), &b"GET"[..]));
        let (told, rest) = heard(b"PROXY TCP6 2001:db8::7 ::1 4711 443\r\nGET").await;
        assert_eq!((told, rest), (Ok(Some("[2001:db8::7]:4711".to_owned())), &b"GET"[..]));
        assert_eq!(heard(b"PROXY UNKNOWN\r\nGET").await, (Ok(None), &b"GET"[..]));
    }

    #[tokio::test]
    async fn a_block_tells_the_client_and_no_byte_of_what_follows_is_taken() {
        let addresses = [198, 51, 100, 7, 10, 0, 0, 1, 0x12, 0x67, 1, 187];
        let with_remarks = [&addresses[..], &[0x04, 0, 1, 0]].concat();
        for addresses in [&addresses[..], &with_remarks] {
            let bytes = block(0x21, 0x11, addresses);
            let (told, rest) = heard(&bytes).await;
            assert_eq!((told, rest), (Ok(Some("198.51.100.7:4711".to_owned())), &b"GET"[..]));
        }
        let mut six = vec![0; 36];
        (six[0], six[15], six[33]) = (0x20, 7, 80);
        let bytes = block(0x21, 0x21, &six);
        assert_eq!(heard(&bytes).await.0, Ok(Some("[2000::7]:80".to_owned())));
        assert_eq!(heard(&block(0x20, 0, &[])).await.0, Ok(None), "it looks whether we are well");
        assert_eq!(heard(&block(0x21, 0x31, &[0; 216])).await.0, Ok(None), "a socket has no address");
    }

    #[tokio::test]
    async fn whatever_else_comes_is_refused() {
        let long = [b"PROXY TCP4 ".as_slice(), &[b'1'; 200]].concat();
        let lines: [&[u8]; 6] = [
            b"GET / HTTP/1.1\r\n\r\n",
            b"PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
            b"PROXY TCP4 198.51.100.7 10.0.0.1 99999 443\r\n",
            b"PROXY TCP4 198.51.100.7\r\n......",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00",
            &long,
        ];
        for line in lines {
            assert_eq!(heard(line).await.0, Err(ErrorKind::InvalidData), "{line:?}");
        }
        assert_eq!(heard(&block(0x31, 0x11, &[0; 12])).await.0, Err(ErrorKind::InvalidData));
        assert_eq!(heard(&block(0x21, 0x11, &[0; 5])).await.0, Err(ErrorKind::InvalidData));
        assert_eq!(heard(&block(0x21, 0x11, &[0; 3000])).await.0, Err(ErrorKind::InvalidData));
        assert_eq!(heard(b"PROXY").await.0, Err(ErrorKind::UnexpectedEof));
    }
}
