//! Sources of exchange rates, against answers as they are documented.

use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::{
        gateway::done,
        rates::{Fixture, makes_nothing_up, quotes_what_was_asked_for, takes_no_outage_for_an_answer},
    },
    domain::{market::Price, money::Currency, refusal::Refusal},
    ports::rates::RateSource,
};
use nexa_payments::rates::{NAMES, Settings};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const KEY: &str = "CG-4f7d1c90a2e85b36";
const NOW: i64 = 1_800_000_000;

/// A server that answers each path with what a test says.
#[derive(Clone)]
struct Pages {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    pages: Vec<(String, u16, String)>,
    broken: Option<usize>,
    asked: Vec<String>,
}

impl Pages {
    async fn open(pages: &[(&str, u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let owned =
            pages.iter().map(|(path, status, body)| ((*path).to_owned(), *status, (*body).to_owned()));
        let state = Arc::new(Mutex::new(State { pages: owned.collect(), ..State::default() }));
        let serving = Arc::clone(&state);
        drop(tokio::runtime::Handle::current().spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut heard = vec![0; 8_192];
                let read = stream.read(&mut heard).await.unwrap_or(0);
                let heard = String::from_utf8_lossy(heard.get(..read).unwrap_or_default()).into_owned();
                let answer = serving.lock().expect("nobody panicked").answer(&heard);
                drop(stream.write_all(answer.as_bytes()).await);
            }
        }));
        Self { url, state }
    }

    fn asked(&self) -> Vec<String> {
        self.state.lock().expect("nobody panicked").asked.clone()
    }
}

impl State {
    fn answer(&mut self, heard: &str) -> String {
        let path = heard.split(' ').nth(1).unwrap_or_default().to_owned();
        self.asked.push(heard.to_owned());
        let page = self.pages.iter().find(|(known, ..)| path.starts_with(known.as_str()));
        let (status, body) = page.map_or((404, "{}"), |(_, status, body)| (*status, body.as_str()));
        let (status, body, length) = match self.broken {
            None => (status, body, body.len()),
            Some(0) => (429, "{}", 2),
            Some(1) => (500, "{}", 2),
            Some(2) => (200, "<html>welcome</html>", 20),
            // Cut off before its end.
            Some(_) => (status, body.get(..body.len() / 2).unwrap_or_default(), body.len()),
        };
        format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
    }
}

/// One source in front of its pages.
struct One {
    source: Arc<dyn RateSource>,
    pages: Pages,
    priced: (Currency, Currency, u128),
    unpriced: Currency,
    told_at: Option<Timestamp>,
}

impl One {
    async fn of(name: &str, pages: &[(&str, u16, &str)], priced: (Currency, Currency, u128)) -> Self {
        let pages = Pages::open(pages).await;
        let mut settings = Settings::default();
        for (setting, value) in [
            ("rates_sources", name),
            (&format!("rates_{name}_url"), pages.url.as_str()),
            (&format!("rates_{name}_ton"), "GRAM"),
            ("rates_coingecko_key", KEY),
        ] {
            assert!(settings.set(setting, value).expect("a good value"), "{setting}");
        }
        let source = settings.connect().expect("settings that work").remove(0);
        Self { source, pages, priced, unpriced: Currency::Xmr, told_at: None }
    }
}

#[async_trait]
impl Fixture for One {
    fn source(&self) -> Arc<dyn RateSource> {
        Arc::clone(&self.source)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(NOW).expect("a moment")
    }
    fn priced(&self) -> (Currency, Currency, u128) {
        self.priced
    }
    fn unpriced(&self) -> Currency {
        self.unpriced
    }
    fn told_at(&self) -> Option<Timestamp> {
        self.told_at
    }
    async fn breaks(&self, n: usize) -> Option<()> {
        let way = (n < 4).then_some(n)?;
        self.pages.state.lock().expect("nobody panicked").broken = Some(way);
        Some(())
    }
    async fn mends(&self) {
        self.pages.state.lock().expect("nobody panicked").broken = None;
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
}

async fn kraken() -> One {
    let pages = [
        (
            "/0/public/Ticker?pair=XBTUSD",
            200,
            r#"{"error":[],"result":{"XXBTZUSD":{"a":["64322.1","1","1.0"],"c":["64321.50000","0.01"],"v":["1","2"]}}}"#,
        ),
        ("/0/public/Ticker?pair=GRAMUSD", 200, r#"{"error":[],"result":{"GRAMUSD":{"c":["3.2100","7"]}}}"#),
        ("/0/public/Ticker", 200, r#"{"error":["EQuery:Unknown asset pair"]}"#),
    ];
    One::of("kraken", &pages, (Currency::Btc, Currency::Usd, 64_321_500_000_000)).await
}

async fn binance() -> One {
    let pages = [
        ("/api/v3/ticker/price?symbol=BTCUSDT", 200, r#"{"symbol":"BTCUSDT","price":"64300.00000000"}"#),
        ("/api/v3/ticker/price", 400, r#"{"code":-1121,"msg":"Invalid symbol."}"#),
    ];
    One::of("binance", &pages, (Currency::Btc, Currency::Usdt, 64_300_000_000_000)).await
}

async fn nobitex() -> One {
    let pages = [(
        "/v2/orderbook/USDTIRT",
        200,
        r#"{"status":"ok","lastUpdate":1799999990123,"lastTradePrice":"1052310","asks":[["1052400","12.5"]],"bids":[]}"#,
    )];
    let told_at = Timestamp::from_millisecond(1_799_999_990_123).ok();
    let one = One::of("nobitex", &pages, (Currency::Usdt, Currency::Irr, 1_052_310_000_000_000)).await;
    One { told_at, ..one }
}

async fn coinpaprika() -> One {
    let pages = [(
        "/v1/tickers/ltc-litecoin",
        200,
        r#"{"id":"ltc-litecoin","last_updated":"2027-01-15T07:59:50Z","quotes":{"USD":{"price":70.123456789012,"volume_24h":1}}}"#,
    )];
    let told_at = "2027-01-15T07:59:50Z".parse().ok();
    let one = One::of("coinpaprika", &pages, (Currency::Ltc, Currency::Usd, 70_123_456_789)).await;
    One { told_at, ..one }
}

async fn coingecko() -> One {
    let body = r#"{"litecoin":{"usd":7.0123e1,"last_updated_at":1799999980},"GRAM":{"usd":3.205,"last_updated_at":1799999981}}"#;
    let one = One::of(
        "coingecko",
        &[("/api/v3/simple/price", 200, body)],
        (Currency::Ltc, Currency::Usd, 70_123_000_000),
    )
    .await;
    One { told_at: Timestamp::from_second(1_799_999_980).ok(), ..one }
}

async fn all() -> [One; 5] {
    [kraken().await, binance().await, nobitex().await, coinpaprika().await, coingecko().await]
}

#[tokio::test]
async fn every_source_keeps_the_promises_of_the_port() {
    for one in all().await {
        quotes_what_was_asked_for(&one).await;
        makes_nothing_up(&one).await;
        takes_no_outage_for_an_answer(&one).await;
    }
}

#[tokio::test]
async fn the_simulated_source_keeps_them_too() {
    struct Sim(nexa_core::sim::rates::FakeRates);
    #[async_trait]
    impl Fixture for Sim {
        fn source(&self) -> Arc<dyn RateSource> {
            Arc::new(self.0.clone())
        }
        fn now(&self) -> Timestamp {
            Timestamp::from_second(NOW).expect("a moment")
        }
        fn priced(&self) -> (Currency, Currency, u128) {
            (Currency::Ltc, Currency::Usd, 70_000_000_000)
        }
        fn unpriced(&self) -> Currency {
            Currency::Xmr
        }
        fn told_at(&self) -> Option<Timestamp> {
            None
        }
        async fn breaks(&self, n: usize) -> Option<()> {
            self.0.is_away(true);
            (n == 0).then_some(())
        }
        async fn mends(&self) {
            self.0.is_away(false);
        }
        fn secrets(&self) -> Vec<String> {
            Vec::new()
        }
    }
    let sim = Sim(nexa_core::sim::rates::FakeRates::new("sim"));
    sim.0.says(Currency::Ltc, Currency::Usd, "70");
    quotes_what_was_asked_for(&sim).await;
    makes_nothing_up(&sim).await;
    sim.0.is_away(false);
    let away = sim.breaks(0).await;
    assert!(away.is_some());
    sim.mends().await;
    takes_one_outage(&sim).await;
}

async fn takes_one_outage(sim: &dyn Fixture) {
    sim.breaks(0).await;
    let outcome = sim.source().quotes(&[Currency::Ltc], sim.now()).await;
    assert!(outcome.done().is_none());
}

#[tokio::test]
async fn toncoin_is_asked_for_by_the_name_that_each_source_has_for_it() {
    for (one, price) in [(kraken().await, "3.21"), (coingecko().await, "3.205")] {
        let quotes = done(one.source.quotes(&[Currency::Ton], one.now()).await);
        assert_eq!(Some(quotes[0].price), Price::parse(price));
    }
}

#[tokio::test]
async fn the_key_goes_to_its_own_source_only() {
    for one in all().await {
        let (asset, ..) = one.priced;
        assert!(!done(one.source.quotes(&[asset], one.now()).await).is_empty());
        let with_key = one.pages.asked().iter().any(|asked| asked.contains(KEY));
        assert_eq!(with_key, one.source.name() == "coingecko");
        assert!(one.pages.asked().iter().all(|asked| !asked.lines().next().is_some_and(|l| l.contains(KEY))));
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    for name in NAMES.iter().filter(|name| name.ends_with("_url") || name.ends_with("_ton")) {
        assert!(Settings::default().set(name, "x").expect("a text"), "{name}");
    }
    for (name, value) in [
        ("rates_sources", "kraken,coinbase"),
        ("rates_proxy", "ftp://10.0.0.1"),
        ("rates_nobitex_url", "http://api.nobitex.ir"),
        ("rates_kraken_ton", "GRAM USD&x="),
    ] {
        let mut settings = Settings::default();
        assert!(settings.set(name, value).expect("a text"));
        assert!(matches!(settings.connect().err(), Some(Refusal::BadConfig { .. })), "{name}");
    }
    assert!(Settings::default().set("rates_spread_bp", "1001").is_err());
    assert!(!Settings::default().set("rates_nothing", "1").expect("unknown"));
    assert!(!Settings::default().set("mail_host", "1").expect("unknown"));
    let mut twice = Settings::default();
    assert!(twice.set("rates_sources", "kraken, kraken,binance").expect("a text"));
    assert_eq!(twice.connect().expect("two").len(), 2);
}
