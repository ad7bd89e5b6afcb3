//! Runs the bots: finds out which shops have one, listens to each, and hands every update to the tree.

use crate::{
    attend::attend,
    guard::Guard,
    input::{Done, Input},
    post::Post,
    queue::Lanes,
    roster::Roster,
    talk::Running,
    tree::{self, Handler},
};
use data_encoding::BASE64URL_NOPAD;
use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    address::outbound::Range,
    engine::Nexa,
    frontdesk::BotView,
    ids::ShopId,
    metric::{Metric, MetricKind},
    secret::Secret,
};
use sha2::Sha256;
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use subtle::ConstantTimeEq;
use teloxide::{Bot, types::Update};
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use url::Url;

/// Longer than any process leads.
const A_YEAR: Duration = Duration::from_hours(365 * 24);
/// How often the shops are asked for their bots.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// The longest that one update is worked on.
const DEADLINE: Duration = Duration::from_mins(1);
/// How long the last answers may take when the bots end.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// How long one wait for updates lasts.
const LONG_POLL_SECONDS: u32 = 30;
/// How long a question for updates may take: longer than Telegram holds it.
const LISTENING: Duration = Duration::from_secs(45);
/// How long a request may take that no customer waits for.
const HUSHING: Duration = Duration::from_secs(4);
/// How long any other request may take.
const SPEAKING: Duration = Duration::from_secs(17);

/// How the bots run.
pub struct Config {
    /// Where our pages are, without a slash at the end.
    pub public_url: String,
    /// Whether Telegram calls us; else we ask it. Calls need a public https address.
    pub webhook: bool,
    /// Whether this process asks, when we do; another one may. It speaks through the bots all the same.
    pub asks: bool,
    /// What the addresses and secrets of those calls are made from.
    pub seed: Secret<[u8; 32]>,
    /// Bots of another Bot API than Telegram's where a shop names none: for tests.
    pub api_url: Option<Url>,
}

/// What became of a call of Telegram's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// Done; Telegram forgets it.
    Done,
    /// Not by Telegram, or of no bot of ours.
    Unknown,
    /// Not an update.
    Unreadable,
    /// Not now; Telegram calls again.
    Later,
}

/// The bots of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Bots(Arc<Inner>);

struct Inner {
    nexa: Nexa,
    config: Config,
    tree: Handler,
    roster: Roster,
    lanes: Lanes,
    /// Bots that do not answer, by shop and bot, of which Telegram knows it.
    hushed: Mutex<HashSet<(ShopId, i64)>>,
    /// Updates that are being answered, and whether no more are to be asked for.
    answering: AtomicUsize,
    stopping: AtomicBool,
    /// Until when this process asks for updates; other processes do otherwise.
    leads: std::sync::Mutex<Option<Instant>>,
}

impl Bots {
    /// Bots over this engine, listed in `roster`. Nothing runs yet.
    #[must_use]
    pub fn new(nexa: Nexa, roster: Roster, config: Config) -> Self {
        roster.serve(&nexa);
        Self(Arc::new(Inner {
            nexa,
            config,
            tree: tree::tree(),
            roster,
            lanes: Lanes::default(),
            hushed: Mutex::default(),
            answering: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            leads: std::sync::Mutex::default(),
        }))
    }

    /// Runs every shop's bot until `stop` is ready. A bot that was added, changed or taken away is noticed within seconds.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut listening: HashMap<ShopId, JoinSet<()>> = HashMap::new();
        let listen = async {
            loop {
                self.look(&mut listening).await;
                sleep(LOOK_AGAIN).await;
            }
        };
        self.0.stopping.store(false, Ordering::Relaxed);
        tokio::select! {
            () = listen => {}
            () = stop => {}
        }
        self.0.stopping.store(true, Ordering::Relaxed);
        // What is being answered was confirmed to Telegram already, or is before its count ends: it is not said again.
        let answered = async {
            while self.0.answering.load(Ordering::Relaxed) > 0 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        if timeout(LAST_ANSWERS, answered).await.is_err() {
            tracing::warn!("some messages were not answered before the bots ended");
        }
        drop(listening);
        if self.0.nexa.frontdesk().leave_bots().await.is_err() {
            tracing::warn!("another process will ask for updates only in half a minute");
        }
    }

    /// Whether this process asks for updates, and may act on them, at this moment.
    pub(crate) fn leads(&self) -> bool {
        let until = *self.0.leads.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Asks to be the process that asks for updates, or to stay it; whether it is.
    async fn lead(&self) -> bool {
        if !self.0.config.asks {
            return false;
        }
        let asked = Instant::now();
        match self.0.nexa.frontdesk().lead_bots().await {
            Ok(long) => {
                let until = long.map(|long| asked.checked_add(long).unwrap_or(asked + A_YEAR));
                *self.0.leads.lock().unwrap_or_else(PoisonError::into_inner) = until;
            }
            // Until its time is over it still leads.
            Err(error) => tracing::warn!(%error, "it is not known who asks for the bots' updates"),
        }
        self.leads()
    }

    /// Keeps [`Bots::run`] from returning, for as long as it waits for answers.
    pub(crate) fn busy(&self) -> Counted<'_> {
        Counted::of(&self.0.answering)
    }

    /// Whether no more updates are to be asked for.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// Starts what is new, ends what is gone.
    async fn look(&self, listening: &mut HashMap<ShopId, JoinSet<()>>) {
        let wanted = match self.0.nexa.frontdesk().bots().await {
            Ok(bots) => bots,
            Err(error) => {
                tracing::warn!(%error, "the shops' bots are not known");
                return;
            }
        };
        let (wanted, silent): (Vec<BotView>, Vec<BotView>) =
            wanted.into_iter().partition(|bot| bot.settings.answers);
        self.hush(&wanted, &silent).await;
        let listens = self.0.config.webhook || self.lead().await;
        listening.retain(|shop, task| {
            // One that asked ends by itself when another process leads.
            while !self.0.config.webhook && task.try_join_next().is_some() {}
            let ended = !self.0.config.webhook && task.is_empty();
            !ended && wanted.iter().any(|bot| bot.shop.id == *shop)
        });
        self.0
            .roster
            .write(|running| running.retain(|shop, _| wanted.iter().any(|bot| bot.shop.id == *shop)));
        for view in wanted {
            let shop = view.shop.id;
            // Known from a run before, perhaps: then nobody listens.
            let heard = listening.contains_key(&shop) || !listens;
            let known = self.running(shop).filter(|_| heard);
            if known.as_ref().is_some_and(|running| running.view == view) {
                continue;
            }
            let same_line = known.is_some_and(|running| {
                (&running.view.token, &running.view.proxy, &running.view.settings.api_url)
                    == (&view.token, &view.proxy, &view.settings.api_url)
            });
            let api_url = self.0.config.api_url.as_ref();
            let clients = client(&view, api_url, SPEAKING).zip(client(&view, api_url, LISTENING));
            let Some((mouth, ears)) = clients else {
                tracing::error!(%shop, "the shop's bot cannot be reached with its settings");
                continue;
            };
            let public_url = self.0.config.public_url.clone();
            let running = Arc::new(Running { view, post: Post::new(mouth), ears, public_url });
            self.0.roster.write(|all| drop(all.insert(shop, Arc::clone(&running))));
            if !same_line && listens {
                let mut task = JoinSet::new();
                let bots = self.clone();
                task.spawn(async move { bots.listen(shop).await });
                // The former one ends here.
                listening.insert(shop, task);
            }
        }
    }

    /// Tells Telegram to call no more for bots that were switched off or taken away, here or in a life before. What cannot
    /// be told soon is told at the next look, for as long as the shop names the bot.
    async fn hush(&self, wanted: &[BotView], silent: &[BotView]) {
        let runs = |shop: &ShopId| wanted.iter().any(|bot| bot.shop.id == *shop);
        let gone = self.0.roster.shops().into_iter().filter(|shop| !runs(shop));
        let gone = gone.filter_map(|shop| Some((shop, self.running(shop)?.post.bot().clone(), None)));
        let mut hushed = self.0.hushed.lock().await;
        hushed.retain(|(shop, id)| silent.iter().any(|bot| bot.shop.id == *shop && bot.id == *id));
        let untold = silent.iter().filter(|bot| !hushed.contains(&(bot.shop.id, bot.id)));
        let api_url = self.0.config.api_url.as_ref();
        let untold = untold
            .filter_map(|view| Some((view.shop.id, client(view, api_url, HUSHING)?, Some(view.id))))
            .collect::<Vec<_>>();
        let all = gone.chain(untold).map(|(shop, bot, id)| async move {
            let told = crate::listen::be_called_no_more(&bot, &self.hook(shop)).await;
            id.filter(|_| told).map(|id| (shop, id))
        });
        hushed.extend(join_all(all).await.into_iter().flatten());
    }

    /// The address at which Telegram calls for a shop's bot.
    fn hook(&self, shop: ShopId) -> String {
        format!("{}{}", self.0.config.public_url, self.hook_path(shop))
    }

    /// The bot of a shop that runs.
    pub(crate) fn running(&self, shop: ShopId) -> Option<Arc<Running>> {
        self.0.roster.running(shop)
    }

    /// Makes the bot known to Telegram, then waits for its updates, or lets Telegram call.
    async fn listen(&self, shop: ShopId) {
        let Some(running) = self.running(shop) else { return };
        crate::listen::introduce(&running).await;
        if self.0.config.webhook {
            crate::listen::be_called(&running, &self.hook(shop), &self.hook_secret(shop)).await;
        } else {
            crate::listen::poll(self, shop, LONG_POLL_SECONDS).await;
        }
    }

    /// The path at which Telegram calls for a shop's bot. It holds no token.
    #[must_use]
    pub fn hook_path(&self, shop: ShopId) -> String {
        format!("/hooks/telegram/{}", self.made("path", shop))
    }

    fn hook_secret(&self, shop: ShopId) -> String {
        self.made("secret", shop)
    }

    /// 256 bits in 43 letters, another one for each use and shop.
    fn made(&self, what: &str, shop: ShopId) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.config.seed.expose()) else {
            return String::new();
        };
        mac.update(format!("{what}|{shop}").as_bytes());
        BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
    }

    /// Takes a call of Telegram's: `name` is the last part of its path, `secret` its header.
    pub async fn take(&self, name: &str, secret: &str, body: &[u8]) -> Taken {
        let shops = self.0.roster.shops();
        let called = shops.into_iter().find(|shop| same(&self.made("path", *shop), name));
        let Some(shop) = called.filter(|shop| same(&self.hook_secret(*shop), secret)) else {
            return Taken::Unknown;
        };
        let Ok(update) = serde_json::from_slice::<Update>(body) else { return Taken::Unreadable };
        let Some(running) = self.running(shop) else { return Taken::Unknown };
        if self.answer(running, vec![update]).await { Taken::Done } else { Taken::Later }
    }

    /// Answers what one sender did, one after the other and before what comes later; whether all is done.
    pub(crate) async fn answer(&self, bot: Arc<Running>, updates: Vec<Update>) -> bool {
        let _counted = Counted::of(&self.0.answering);
        let mut turn = None;
        let mut all = true;
        for done in updates.into_iter().filter_map(Done::read) {
            // Telegram waits ten seconds for its word of consent, and nothing of the dialogue hangs on it.
            let waits = !matches!(done.input, Input::PreCheckout(_));
            if waits && turn.is_none() {
                turn = self.0.lanes.turn(done.by.id.0.cast_signed()).await;
            }
            let input = done.input.name();
            let answered =
                timeout(DEADLINE, attend(&self.0.nexa, &self.0.tree, Arc::clone(&bot), done)).await;
            if answered.is_err() {
                tracing::error!("an update took too long");
            }
            let outcome = match answered {
                Ok(true) => "answered",
                Ok(false) => "failed",
                Err(_) => "late",
            };
            metrics::counter!(UPDATES.name, "input" => input, "outcome" => outcome).increment(1);
            all &= answered.unwrap_or(true);
        }
        all
    }
}

const UPDATES: Metric = Metric {
    name: "nexa_bot_updates_total",
    kind: MetricKind::Counter,
    help: "What people did in the bots, by kind and outcome (answered, failed, late).",
};

/// Every metric of the bots.
pub const METRICS: &[Metric] = &[UPDATES];

/// Counts one more for as long as it is there.
pub(crate) struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn of(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A client of the shop's Bot API, whose requests take so long at most.
fn client(view: &BotView, otherwise: Option<&Url>, most: Duration) -> Option<Bot> {
    let settings = teloxide::net::default_reqwest_settings();
    let mut settings = settings.pool_max_idle_per_host(64).timeout(most);
    if view.range == Range::Public && (view.proxy.is_some() || view.settings.api_url.is_some()) {
        let redirects = reqwest_teloxide::redirect::Policy::none();
        settings = settings.dns_resolver(Arc::new(Guard(view.range))).redirect(redirects);
    }
    if let Some(proxy) = &view.proxy {
        settings = settings.proxy(reqwest_teloxide::Proxy::all(proxy.expose().as_str()).ok()?);
    }
    let bot = Bot::with_client(view.token.expose().clone(), settings.build().ok()?);
    let named = view.settings.api_url.as_deref().map(Url::parse).transpose().ok()?;
    Some(match named.as_ref().or(otherwise) {
        Some(url) => bot.set_api_url(url.clone()),
        None => bot,
    })
}

/// Compares without telling by its time how much is right.
fn same(known: &str, given: &str) -> bool {
    !known.is_empty() && bool::from(known.as_bytes().ct_eq(given.as_bytes()))
}
