//! Whoever asks for too much of the ports for customers' services, or of the SSH server.

use crate::{
    block_on,
    forward::{place, place_with, sell, stranger},
    ssh::{Customer, visitor},
    world::Servers,
};
use nexa_core::domain::extras::ForwardAccess;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

#[test]
fn connections_of_all_kinds_are_bounded() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place_with(3, &[("node_connections", "4")]);
        let (_, access) = sell(&place).await;
        let mut customers = Vec::new();
        for _ in 0..8 {
            customers.push(Customer::sign_in(&access, service).await.unwrap());
        }
        assert!(Customer::sign_in(&access, service).await.is_none(), "eight lines each");
        customers[0].opens(access.first_port).await.unwrap();
        let mut visitors = Vec::new();
        for number in 0..6 {
            let mut visitor = visitor(&access.host, access.first_port).await;
            // A visitor that was turned away may notice it at once.
            drop(visitor.write_all(b"x").await);
            let heard = timeout(Duration::from_secs(3), visitor.read_u8()).await.unwrap();
            assert_eq!(heard.is_ok(), number < 4, "{number}");
            visitors.push(visitor);
        }
    });
}

/// Visitors need no key, so they never take more than half of a node's connections.
#[test]
fn visitors_leave_room_for_customers() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place_with(3, &[("node_all_connections", "12")]);
        let (grant, access) = sell(&place).await;
        let customer = Customer::sign_in(&access, service).await.unwrap();
        customer.opens(access.first_port).await.unwrap();
        let mut visitors = Vec::new();
        for number in 0..10 {
            let mut visitor = visitor(&access.host, access.first_port).await;
            // A visitor that was turned away may notice it at once.
            drop(visitor.write_all(b"x").await);
            let heard = timeout(Duration::from_secs(3), visitor.read_u8()).await.unwrap();
            assert_eq!(heard.is_ok(), number < 6, "{number}");
            visitors.push(visitor);
        }
        assert!(place.client(grant.panel_id).echoes(service).await, "the customer is served");
    });
}

#[test]
fn strangers_are_turned_away_and_cannot_take_all_places() {
    block_on(async {
        let place = place(3);
        let (_, access) = sell(&place).await;
        let at: SocketAddr = format!("{}:{}", access.host, access.port).parse().unwrap();
        drop(visitor(&access.host, access.port).await);
        let mut silent = Vec::new();
        for _ in 0..29 {
            silent.push(TcpStream::connect(at).await.unwrap());
        }
        sleep(Duration::from_millis(300)).await;
        let mut heard = Vec::new();
        let late = async { TcpStream::connect(at).await?.read_to_end(&mut heard).await };
        // Whether by an end or by a reset.
        drop(timeout(Duration::from_secs(2), late).await.expect("it ends"));
        assert!(heard.is_empty(), "not even a greeting");
        let mut greeting = [0; 12];
        silent[0].read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"SSH-2.0-sshd");
    });
}

#[test]
fn a_visitor_that_takes_nothing_holds_the_others_up_for_seconds_only() {
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut flows = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                flows.spawn(async move {
                    if stream.read_u8().await.unwrap() == b'e' {
                        stream.write_all(b"e").await.unwrap();
                    } else {
                        // Until it breaks.
                        while stream.write_all(&[0; 8192]).await.is_ok() {}
                    }
                });
            }
        });
        let place = place(3);
        let (_, access) = sell(&place).await;
        let customer = Customer::sign_in(&access, service).await.unwrap();
        customer.opens(access.first_port).await.unwrap();
        let mut takes_nothing = visitor(&access.host, access.first_port).await;
        takes_nothing.write_all(b"flood").await.unwrap();
        sleep(Duration::from_secs(2)).await;
        let mut modest = visitor(&access.host, access.first_port).await;
        modest.write_all(b"e").await.unwrap();
        let heard = timeout(Duration::from_secs(30), modest.read_u8()).await;
        assert_eq!(heard.expect("it comes").unwrap(), b'e');
    });
}

#[test]
fn an_unknown_name_takes_as_long_as_a_known_one() {
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (_, right) = sell(&place).await;
        let known = ForwardAccess { password: "x".to_owned(), ..right.clone() };
        let mut took = Vec::new();
        for words in [known, stranger(&right)] {
            let begin = Instant::now();
            assert!(Customer::sign_in(&words, service).await.is_none());
            took.push(begin.elapsed());
        }
        assert!(took.iter().all(|took| *took >= Duration::from_secs(3)), "{took:?}");
    });
}
