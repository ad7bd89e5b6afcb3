//! What is no Valkey, or lies.

use super::{IN_TIME, Process};
use nexa_valkey::testing::{Saying, stranger};
use std::time::Duration;

#[tokio::test]
async fn strangers_are_never_relied_on() {
    for saying in [
        Saying::Always(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        Saying::Always(b"\0\xff\0\xff"),
        Saying::Always(b"-ERR \x1b[31mforged\n\nlog line\r\n"),
        Saying::Always(b"+OK\r\n"),
        Saying::Always(b"$-1\r\n"),
        Saying::Always(b":-9223372036854775808\r\n"),
        Saying::Always(b"*-1\r\n"),
        Saying::Always(b"*2147483647\r\n"),
        Saying::Always(b"$99999999999999999999\r\n"),
        Saying::Always(b"*2\r\n:1\r\n:99999999999\r\n"),
        Saying::Endless,
        Saying::Silence,
        Saying::Goodbye,
    ] {
        let (address, _server) = stranger(saying).await;
        let process = Process::at(&address);
        let (answers, longest) = process.asked_for(Duration::from_millis(700)).await;
        assert_eq!(answers, 0, "{saying:?}");
        assert!(longest < IN_TIME, "{saying:?}: {longest:?}");
        assert!(!process.valkey.is_up(), "{saying:?}");
        let why = process.valkey.check().await.unwrap_err();
        assert!(why.len() < 100 && why.chars().all(|c| !c.is_control()), "{saying:?}: {why:?}");
    }
}
