//! Everything that may answer in place of the shop is told from it.

use super::{
    hasty, is_offline, is_unknown, remote,
    stand_in::{Reply, StandIn, json, reply},
};
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    frontdesk::LinkForm,
    secret::Secret,
    storefront::{
        Storefront,
        model::{SignInRequest, SignUpRequest},
    },
};
use nexa_http::client::{Remote, RemoteSettings};
use std::time::Duration;

const PAGE: &str = "<html><form action=/login>Welcome to the airport</form></html>";

/// What a server answers with, each time anew.
type Answering = Box<dyn Fn() -> Reply + Send + Sync>;

#[tokio::test]
async fn pages_and_portals_are_never_the_shop() {
    let portal = || {
        let head = "HTTP/1.1 302 Found\r\nlocation: http://portal.example/login\r\ncontent-length: 0\r\n\r\n";
        Reply::Bytes(head.as_bytes().to_vec())
    };
    let all: Vec<(&str, Answering)> = vec![
        ("a page", Box::new(|| reply("200 OK", "text/html; charset=utf-8", PAGE))),
        ("a portal", Box::new(portal)),
        (
            "a portal that says so",
            Box::new(|| reply("511 Network Authentication Required", "text/html", PAGE)),
        ),
        ("a page for what is not there", Box::new(|| reply("404 Not Found", "text/html", PAGE))),
        ("a page instead of 401", Box::new(|| reply("401 Unauthorized", "text/html", PAGE))),
        ("JSON of another kind", Box::new(|| reply("200 OK", "text/plain", "[]"))),
        ("nothing", Box::new(|| reply("204 No Content", "application/json", ""))),
        ("a problem that is none", Box::new(|| reply("403 Forbidden", "application/problem+json", "[1]"))),
        (
            "a problem without a code",
            Box::new(|| {
                reply("403 Forbidden", "application/problem+json", r#"{"code":"Sign in\n!","detail":"x"}"#)
            }),
        ),
    ];
    for (name, answer) in all {
        let server = StandIn::always(answer).await;
        let looked = remote(&server.base).plans().await;
        assert!(is_offline(&looked), "{name}: {looked:?}");
        let signed_up = remote(&server.base).sign_up(SignUpRequest::default()).await;
        assert!(is_offline(&signed_up), "{name}, and nothing arrived: {signed_up:?}");
    }
}

#[tokio::test]
async fn answers_that_are_cut_off_or_have_no_end_are_none() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let cut = format!("{head}content-length: 1000\r\n\r\n[{{\"plan_id\"");
    let endless = format!("{head}\r\n[ ");
    let bomb = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![b' '; 64 << 20]).unwrap();
        let body = gzip.finish().unwrap();
        let head = format!("{head}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.into_bytes(), body].concat()
    };
    let all: Vec<(&str, Answering)> = vec![
        ("cut off", Box::new(move || Reply::Bytes(cut.clone().into_bytes()))),
        ("endless", Box::new(move || Reply::Endless(endless.clone().into_bytes()))),
        ("a bomb", Box::new(move || Reply::Bytes(bomb.clone()))),
        ("broken", Box::new(|| Reply::Break)),
        ("a gateway's error", Box::new(|| reply("502 Bad Gateway", "text/html", PAGE))),
        ("no HTTP", Box::new(|| Reply::Bytes(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()))),
    ];
    for (name, answer) in all {
        let server = StandIn::always(answer).await;
        let looked = remote(&server.base).plans().await;
        assert!(is_offline(&looked), "{name}: {looked:?}");
        assert_eq!(server.heard().len(), 3, "{name}: looking is repeated");
        let signed_up = remote(&server.base).sign_up(SignUpRequest::default()).await;
        assert!(is_unknown(&signed_up), "{name}: {signed_up:?}");
        assert_eq!(server.heard().len(), 4, "{name}: what must not be repeated is not");
    }
}

#[tokio::test]
async fn a_slow_server_does_not_hold_anybody_up() {
    let server = StandIn::always(|| Reply::Stall(b"HTTP/1.1 200 OK\r\n".to_vec())).await;
    let settings = RemoteSettings { deadline: Duration::from_millis(600), ..hasty(&[&server.base]) };
    let remote = Remote::new(settings).unwrap();
    let limit = Duration::from_secs(30);
    let looked = tokio::time::timeout(limit, remote.plans()).await.expect("the server stalls for a minute");
    assert!(is_offline(&looked), "{looked:?}");
    let signed_in = tokio::time::timeout(limit, remote.sign_in(SignInRequest::default())).await.unwrap();
    assert!(is_unknown(&signed_in), "{signed_in:?}");
}

#[tokio::test]
async fn only_the_shop_says_that_a_link_is_dead() {
    let good = StandIn::always(|| reply("200 OK", "text/plain", "vless://a@b:1#c")).await;
    let page = StandIn::always(|| reply("404 Not Found", "text/html; charset=utf-8", PAGE)).await;
    let hangs = StandIn::always(|| Reply::Stall(Vec::new())).await;
    let dead = StandIn::always(|| reply("404 Not Found", "text/plain; charset=utf-8", "No.")).await;
    let settings = RemoteSettings { deadline: Duration::from_secs(3), ..hasty(&[&good.base]) };
    let remote = Remote::new(settings).unwrap();
    for first in [&page.base, &hangs.base] {
        let links = [first.clone(), good.base.clone()];
        assert_eq!(remote.link(&links, LinkForm::Plain).await.unwrap(), "vless://a@b:1#c");
    }
    assert!(is_offline(&remote.link(std::slice::from_ref(&page.base), LinkForm::Plain).await));
    let no = remote.link(&[dead.base.clone(), good.base.clone()], LinkForm::Plain).await;
    assert!(matches!(no, Err(Error::Refused(Refusal::NotFound))), "{no:?}");
}

#[tokio::test]
async fn the_token_follows_no_redirect() {
    let thief = StandIn::always(|| json("[]")).await;
    let to = format!("{}/v1/plans", thief.base);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let head =
            format!("HTTP/1.1 {status}\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let server = StandIn::always(move || Reply::Bytes(head.clone().into_bytes())).await;
        let mine = remote(&server.base).signed_in(Secret::new("nxs_secret".to_owned()));
        assert!(is_offline(&mine.plans().await), "{status}");
        assert!(server.heard().iter().all(|request| request.contains("nxs_secret")));
    }
    assert!(thief.heard().is_empty());
}

#[tokio::test]
async fn a_shop_that_says_when_is_asked_then() {
    let busy = || {
        let body = r#"{"code":"unavailable","detail":"Later."}"#;
        let head = format!(
            "HTTP/1.1 503 Busy\r\ncontent-type: application/problem+json\r\nretry-after: 77\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        Reply::Bytes(head.into_bytes())
    };
    let server = StandIn::always(busy).await;
    let looked = remote(&server.base).plans().await;
    assert!(matches!(looked, Err(Error::Offline { wait_seconds: 77 })), "{looked:?}");
    assert_eq!(server.heard().len(), 1, "77 seconds are not to be had");
    let soon = move |number: usize, _: &str| match number {
        0 => {
            let Reply::Bytes(bytes) = busy() else { return json("[]") };
            Reply::Bytes(String::from_utf8(bytes).unwrap().replace("77", "1").into_bytes())
        }
        _ => json("[]"),
    };
    let server = StandIn::that(soon).await;
    assert_eq!(remote(&server.base).plans().await.unwrap(), []);
    assert_eq!(server.heard().len(), 2);
}

#[tokio::test]
async fn a_session_that_has_ended_is_told_from_everything_else() {
    let ended =
        || reply("401 Unauthorized", "application/problem+json", r#"{"code":"not_signed_in","detail":"x"}"#);
    let server = StandIn::always(ended).await;
    let me = remote(&server.base).signed_in(Secret::new("nxs_old".to_owned())).me().await;
    assert!(matches!(me, Err(Error::Refused(Refusal::NotSignedIn))), "{me:?}");
    assert_eq!(server.heard().len(), 1, "an answer is not asked for again");
}
