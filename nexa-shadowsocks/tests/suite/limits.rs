//! Whoever asks for too much, with or without a key.

use crate::{
    block_on,
    world::{Place, Servers},
};
use nexa_core::domain::grant::Grant;
use shadowsocks::config::ServerAddr;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    time::{Instant, timeout},
};

const MIB: u64 = 1 << 20;

fn address(client: &crate::client::Client) -> SocketAddr {
    match client.config.addr() {
        ServerAddr::SocketAddr(at) => *at,
        ServerAddr::DomainName(..) => panic!("an address was expected"),
    }
}

#[test]
fn connections_are_bounded() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[("node_connections", "8")]);
        let (_, greedy) = place.sell(|_| {}).await;
        let (_, modest) = place.sell(|_| {}).await;
        let mut held = Vec::new();
        let mut refused = 0;
        for _ in 0..200 {
            let Ok(mut flow) = greedy.connect(echo).await else {
                refused += 1;
                continue;
            };
            let said = async {
                flow.write_all(b"x").await?;
                flow.read_u8().await
            };
            match timeout(Duration::from_secs(2), said).await {
                Ok(Ok(_)) => held.push(flow),
                _ => refused += 1,
            }
        }
        assert_eq!((held.len(), refused), (8, 192));
        assert!(modest.echoes(echo).await, "others do not notice");
        held.clear();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(greedy.echoes(echo).await, "closed connections give their place back");
    });
}

#[test]
fn ten_thousand_connections_without_a_key_are_turned_away() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[("node_all_connections", "1000")]);
        let (grant, client) = place.sell(|_| {}).await;
        let at = address(&client);
        // From another address than the honest client's.
        let mut held = Vec::new();
        for _ in 0..10_000 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.9:0".parse().unwrap()).unwrap();
            if let Ok(Ok(mut stream)) = timeout(Duration::from_secs(5), socket.connect(at)).await {
                // Looks like a request, but nothing in it fits the key. A reset is as good as silence.
                drop(stream.write_all(&[9; 100]).await);
                held.push(stream);
                if held.len() > 200 {
                    held.clear();
                }
            }
        }
        drop(held);
        assert!(client.echoes(echo).await, "the honest client is served");
        let counted = place.counted(grant.panel_id);
        assert_eq!(counted, 10, "strangers cost the customer nothing");
    });
}

#[test]
fn a_wrong_key_hears_nothing() {
    block_on(async {
        let place = Place::new(&[]);
        let (_, client) = place.sell(|_| {}).await;
        let mut stream = TcpStream::connect(address(&client)).await.unwrap();
        stream.write_all(&[1; 200]).await.unwrap();
        let mut heard = Vec::new();
        let ended = timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await.expect("it ends");
        assert!(heard.is_empty(), "{ended:?}");
    });
}

#[test]
fn devices_are_bounded() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[("node_listen", "0.0.0.0")]);
        let (grant, client) = place.sell(|grant| grant.devices = 2).await;
        let from = |address: &'static str| {
            let to = client.config.addr().port();
            async move {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
                socket.connect(SocketAddr::from(([127, 0, 0, 1], to))).await.unwrap()
            }
        };
        let mut held = Vec::new();
        for (address, served) in
            [("127.0.0.11", true), ("127.0.0.12", true), ("127.0.0.13", false), ("127.0.0.11", true)]
        {
            let stream = from(address).await;
            let context = shadowsocks::context::Context::new_shared(shadowsocks::config::ServerType::Local);
            let mut flow = shadowsocks::relay::tcprelay::ProxyClientStream::from_stream(
                context,
                stream,
                &client.config,
                echo,
            );
            let said = async {
                flow.write_all(b"x").await?;
                flow.read_u8().await
            };
            let heard = timeout(Duration::from_secs(3), said).await;
            assert_eq!(matches!(heard, Ok(Ok(_))), served, "{address}: {heard:?}");
            held.push(flow);
        }
        place.hold(&Grant { devices: 3, ..grant }).await;
        assert!(client.echoes(echo).await, "one more device was bought");
    });
}

#[test]
fn bandwidth_is_bounded() {
    block_on(async {
        let mut servers = Servers::new();
        let sink = servers.sink().await;
        let place = Place::new(&[("node_mbit", "16")]);
        let (_, client) = place.sell(|_| {}).await;
        let began = Instant::now();
        let (one, two) = tokio::join!(client.pushes(sink, 2 * MIB), client.pushes(sink, 2 * MIB));
        one.and(two).unwrap();
        // 4 MiB at 2 MB/s, less the burst.
        let took = began.elapsed();
        assert!(took > Duration::from_millis(1700), "{took:?}");
    });
}

/// Somebody who floods the port that a customer's packets come from would use up the customer's traffic, and have the
/// node send to the customer for him.
#[test]
fn strangers_cannot_answer() {
    block_on(async {
        let place = Place::new(&[]);
        let (grant, client) = place.sell(|_| {}).await;
        let asked = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut session = client.packets().await;
        session.send(asked.local_addr().unwrap(), b"question").await;
        let mut buffer = [0; 64];
        let (_, node) = asked.recv_from(&mut buffer).await.unwrap();
        let stranger = UdpSocket::bind("127.0.0.66:0").await.unwrap();
        for _ in 0..100 {
            stranger.send_to(&[1; 1400], node).await.unwrap();
        }
        assert!(session.receive().await.is_none(), "nobody asked the stranger");
        assert_eq!(place.counted(grant.panel_id), 8, "and nobody pays for it");
        asked.send_to(b"answer", node).await.unwrap();
        assert_eq!(session.receive().await.unwrap().0, b"answer");
        assert_eq!(place.counted(grant.panel_id), 14);
    });
}

#[test]
fn sessions_are_bounded() {
    block_on(async {
        let mut servers = Servers::new();
        let packets = servers.packets().await;
        let place = Place::new(&[("node_sessions", "3")]);
        let (grant, client) = place.sell(|_| {}).await;
        let mut answered = 0;
        for _ in 0..10 {
            let mut session = client.packets().await;
            session.send(packets, b"x").await;
            answered += usize::from(session.receive().await.is_some());
        }
        assert_eq!(answered, 3);
        assert_eq!(place.counted(grant.panel_id), 6, "what was refused costs nothing");
    });
}

/// Whoever opens connections and says nothing holds places of strangers only, and few of them from one address.
#[test]
fn silent_strangers_shut_nobody_out() {
    block_on(async {
        let mut servers = Servers::new();
        let echo = servers.echo().await;
        let place = Place::new(&[("node_connections", "8"), ("node_all_connections", "16")]);
        let (_, client) = place.sell(|_| {}).await;
        let mut held = Vec::new();
        for number in 0..300_u16 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from(([127, 0, 1, if number < 150 { 1 } else { 2 }], 0))).unwrap();
            held.extend(socket.connect(address(&client)).await.ok());
        }
        assert!(held.len() >= 200, "{}", held.len());
        assert!(client.echoes(echo).await, "the customer is served");
        drop(held);
    });
}

/// A recorded request that a stranger sends again moves nothing, whatever the cipher.
#[test]
fn recorded_requests_are_not_carried_out_again() {
    block_on(async {
        for method in ["2022-blake3-aes-128-gcm", "chacha20-ietf-poly1305"] {
            let mut servers = Servers::new();
            let sink = servers.sink().await;
            let place = Place::new(&[("node_method", method)]);
            let (grant, client) = place.sell(|_| {}).await;
            let recorder = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut via = client.clone();
            via.config.set_addr(ServerAddr::SocketAddr(recorder.local_addr().unwrap()));
            let mut sending = tokio::task::JoinSet::new();
            sending.spawn(async move { via.pushes(sink, 1000).await });
            let (mut inward, _) = recorder.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let mut length = 0;
            while let Ok(Ok(read @ 1..)) =
                timeout(Duration::from_millis(500), inward.read(&mut request[length..])).await
            {
                length += read;
            }
            drop(sending);
            for (time, counted) in [("first", 1000), ("second", 1000)] {
                let mut stream = TcpStream::connect(address(&client)).await.unwrap();
                stream.write_all(&request[..length]).await.unwrap();
                stream.shutdown().await.unwrap();
                let mut rest = Vec::new();
                drop(timeout(Duration::from_secs(2), stream.read_to_end(&mut rest)).await);
                assert_eq!(place.counted(grant.panel_id), counted, "{method}, the {time} time");
            }
        }
    });
}
