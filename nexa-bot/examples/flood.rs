//! How many updates the bot answers in a second, and how long one takes.
//!
//! `cargo run --release -p nexa-bot --features testing --example flood`
//!
//! A made-up Telegram in the same process calls the bot for 40 people at a time, as its `max_connections` says: first
//! people who are new, then the same ones with a look at their wallet. Then it calls at the pace of a busy day, 500 new
//! people and 2,000 known ones a second, every hundredth of a second some: how long one takes then is what customers
//! wait. Storage is in memory, so the figures are the bot's and the engine's own, with the server that is made up beside
//! them.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a command that ends when something is wrong, owns its tasks, and prints its figures"
)]

use nexa_bot::{
    Bots, Config, Taken,
    testing::{FakeTelegram, Phone},
};
use nexa_core::{
    Nexa,
    backoffice::model::TelegramRequest,
    domain::{money::Currency, shop::Locale},
    memory::MemoryStorage,
    secret::{Keys, Secret},
};
use poem::{Endpoint, IntoResponse, Request, Response, Server, http::StatusCode, listener::TcpAcceptor};
use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const TOKEN: &str = "700700700:AAHk3n5Yt0aJ2mUqfVbW8xZcRdLeOpQsTuv";
const PEOPLE: usize = 2000;
const AT_ONCE: usize = 40;

/// Takes calls, and writes down how long each took.
struct Page {
    bots: Bots,
    took: Arc<Mutex<Vec<Duration>>>,
}

impl Endpoint for Page {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let secret = request.header("x-telegram-bot-api-secret-token").unwrap_or_default().to_owned();
        let body = request.into_body().into_vec().await?;
        let began = Instant::now();
        let taken = self.bots.take(&name, &secret, &body).await;
        self.took.lock().expect("nobody panicked").push(began.elapsed());
        let status = if taken == Taken::Done { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        Ok(status.into_response())
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32])).build();
    let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.expect("installed");
    let door = nexa.frontdesk();
    let key = door.claim(&made.claim.expect("a claim link")).await.expect("claimed").api_key;
    let operator = door.principal(made.shop_id, &key).await.expect("the operator");
    let request = TelegramRequest { token: TOKEN.to_owned(), username: "fast_net_bot".to_owned() };
    nexa.backoffice(operator).set_telegram(request).await.expect("a bot");
    let telegram = FakeTelegram::start(TOKEN, "fast_net_bot").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    telegram.finds("https://shop.example.org", &address);
    let config = Config {
        public_url: "https://shop.example.org".to_owned(),
        webhook: true,
        asks: true,
        seed: Secret::new([9; 32]),
        api_url: Some(telegram.url().parse().expect("an address")),
    };
    let bots = Bots::new(nexa, nexa_bot::Roster::default(), config);
    let took = Arc::new(Mutex::new(Vec::new()));
    let page = Page { bots: bots.clone(), took: Arc::clone(&took) };
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a port");
    tokio::spawn(async move { drop(Server::new_with_acceptor(acceptor).run(page).await) });
    tokio::spawn(async move { bots.run(pending()).await });
    telegram.until("the address is set", || telegram.calls_back()).await;
    let people: Vec<Phone> = (0..PEOPLE).map(|_| telegram.person("Sara", Some("en"))).collect();
    measure("new users", &telegram, &people, &took, None, |phone| phone.start(None)).await;
    measure("known users", &telegram, &people, &took, None, |phone| phone.says("/wallet")).await;
    let others: Vec<Phone> = (0..PEOPLE).map(|_| telegram.person("Reza", Some("fa"))).collect();
    measure("new users at 500/s", &telegram, &others, &took, Some(500), |phone| phone.start(None)).await;
    measure("known users at 2000/s", &telegram, &people, &took, Some(2000), |phone| phone.says("/wallet"))
        .await;
}

async fn measure(
    what: &str,
    telegram: &FakeTelegram,
    people: &[Phone],
    took: &Mutex<Vec<Duration>>,
    a_second: Option<usize>,
    act: impl Fn(&Phone),
) {
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    for some in people.chunks(a_second.map_or(AT_ONCE, |rate| rate / 100)) {
        some.iter().for_each(&act);
        match a_second {
            Some(_) => {
                tick.tick().await;
            }
            None => telegram.rests().await,
        }
    }
    telegram.rests().await;
    let millis = began.elapsed().as_millis().max(1);
    let mut took = std::mem::take(&mut *took.lock().expect("nobody panicked"));
    took.sort_unstable();
    let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
    let rate = u128::try_from(people.len()).unwrap_or_default() * 1000 / millis;
    println!("{what}: {rate} updates/s, handler p50 {:?}, p99 {:?}", at(50), at(99));
}
