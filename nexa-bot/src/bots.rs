//! Runs the bots: finds out which shops have one, listens to each, and hands every update to the tree.

use crate::{
    deed::{Deed, Done, Place},
    notifier::Telegram,
    post::Post,
    queue::Lanes,
    screen::Screen,
    talk::{Running, Talk},
    tree::{self, Handler},
};
use data_encoding::BASE64URL_NOPAD;
use dptree::deps;
use hmac::{Hmac, KeyInit, Mac};
use nexa_core::{
    domain::shop::Locale,
    engine::Nexa,
    error::Error,
    frontdesk::{BotView, TelegramVisitor},
    ids::ShopId,
    ports::notifier::Notifier,
    secret::Secret,
    text,
};
use sha2::Sha256;
use std::{
    collections::HashMap,
    future::Future,
    ops::ControlFlow,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};
use subtle::ConstantTimeEq;
use teloxide::{Bot, types::Update};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use url::Url;

/// How often the shops are asked for their bots.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
/// The longest that one update is worked on.
const DEADLINE: Duration = Duration::from_mins(1);
/// How long one wait for updates lasts.
const LONG_POLL_SECONDS: u32 = 30;

/// How the bots run.
pub struct Config {
    /// Where our pages are, without a slash at the end.
    pub public_url: String,
    /// Whether Telegram calls us; else we ask it. Calls need a public https address.
    pub webhook: bool,
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
}

/// The bots that run, and the engine that they run over. It is there before the engine is, because the engine is built
/// with the notifier that speaks through them.
#[derive(Clone, Default)]
pub struct Roster(Arc<Listed>);

#[derive(Default)]
struct Listed {
    nexa: OnceLock<Nexa>,
    running: RwLock<HashMap<ShopId, Arc<Running>>>,
}

impl Roster {
    /// What tells customers of these bots' shops, to be given to the engine.
    #[must_use]
    pub fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::new(Telegram(self.clone()))
    }

    /// The engine and the bot of a shop that runs.
    pub(crate) fn of(&self, shop: ShopId) -> Option<(Nexa, Arc<Running>)> {
        Some((self.0.nexa.get()?.clone(), self.running(shop)?))
    }

    fn running(&self, shop: ShopId) -> Option<Arc<Running>> {
        self.0.running.read().unwrap_or_else(PoisonError::into_inner).get(&shop).cloned()
    }

    fn shops(&self) -> Vec<ShopId> {
        self.0.running.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    fn write(&self, change: impl FnOnce(&mut HashMap<ShopId, Arc<Running>>)) {
        change(&mut self.0.running.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Bots {
    /// Bots over this engine, listed in `roster`. Nothing runs yet.
    #[must_use]
    pub fn new(nexa: Nexa, roster: Roster, config: Config) -> Self {
        // One list serves one engine; who gives it a second one keeps the first.
        let _listed = roster.0.nexa.set(nexa.clone());
        Self(Arc::new(Inner { nexa, config, tree: tree::tree(), roster, lanes: Lanes::default() }))
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
        tokio::select! {
            () = listen => {}
            () = stop => {}
        }
        // Dropping the sets ends the waiting; updates that were under way are given again at the next start.
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
        let wanted: Vec<BotView> = wanted.into_iter().filter(|bot| bot.settings.answers).collect();
        listening.retain(|shop, _| wanted.iter().any(|bot| bot.shop.id == *shop));
        self.0
            .roster
            .write(|running| running.retain(|shop, _| wanted.iter().any(|bot| bot.shop.id == *shop)));
        for view in wanted {
            let shop = view.shop.id;
            // Known from a run before, perhaps: then nobody listens.
            let known = self.running(shop).filter(|_| listening.contains_key(&shop));
            if known.as_ref().is_some_and(|running| running.view == view) {
                continue;
            }
            let same_line = known.is_some_and(|running| {
                (&running.view.token, &running.view.proxy, &running.view.settings.api_url)
                    == (&view.token, &view.proxy, &view.settings.api_url)
            });
            let Some(bot) = client(&view, self.0.config.api_url.as_ref()) else {
                tracing::error!(%shop, "the shop's bot cannot be reached with its settings");
                continue;
            };
            let public_url = self.0.config.public_url.clone();
            let running = Arc::new(Running { view, post: Post::new(bot), public_url });
            self.0.roster.write(|all| drop(all.insert(shop, Arc::clone(&running))));
            if !same_line {
                let mut task = JoinSet::new();
                let bots = self.clone();
                task.spawn(async move { bots.listen(shop).await });
                // The former one ends here.
                listening.insert(shop, task);
            }
        }
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
            let address = format!("{}{}", self.0.config.public_url, self.hook_path(shop));
            crate::listen::be_called(&running, &address, &self.hook_secret(shop)).await;
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
        if self.answer(running, update).await { Taken::Done } else { Taken::Later }
    }

    /// Answers one update; whether it is done. Updates of one chat are answered one after the other.
    pub(crate) async fn answer(&self, bot: Arc<Running>, update: Update) -> bool {
        let Some(done) = Done::read(update) else { return true };
        let _turn = self.0.lanes.turn(done.by.id.0.cast_signed()).await;
        if let Ok(done) = timeout(DEADLINE, self.attend(bot, done)).await {
            return done;
        }
        tracing::error!("an update took too long");
        true
    }

    async fn attend(&self, bot: Arc<Running>, done: Done) -> bool {
        if !done.private {
            // In groups nobody is answered: what a customer owns is shown to the customer alone.
            if let Place::Button { tap, .. } = &done.place {
                let word = text::get(bot.view.shop.locale, "bot-private-only");
                bot.post.answer(tap, Some(&word), true).await;
            }
            return true;
        }
        let (id, chat) = (done.by.id.0.cast_signed(), done.chat.unwrap_or(done.by.id.into()));
        let locale = done.by.language_code.as_deref().and_then(Locale::from_tag);
        let desk = self.0.nexa.frontdesk();
        let visitor = match desk.greet(bot.view.shop.id, came(id, locale, &done.deed)).await {
            Ok(visitor) => visitor,
            // What was paid must not get lost: Telegram says it again until it is written down.
            Err(Error::Failed(failure)) if matches!(done.deed, Deed::Paid(_)) => {
                tracing::error!(%failure, "a payment cannot be taken yet");
                return false;
            }
            Err(error) => {
                turn_away(&bot, chat, &done.place, locale, &error).await;
                // Who was told to try again does so; Telegram must not do it as well.
                return true;
            }
        };
        if let Err(error) = desk.reached_again(bot.view.shop.id, visitor.user_id).await {
            tracing::warn!(%error, "that somebody is back could not be noted");
        }
        let talk = Talk::new(self.0.nexa.clone(), bot, visitor, id, chat, done.place);
        let answered = match self.0.tree.dispatch(deps![talk.clone(), done.deed]).await {
            ControlFlow::Break(answered) => answered,
            ControlFlow::Continue(_) => Ok(()),
        };
        let settled = match answered {
            Ok(()) => return true,
            Err(Error::Refused(refusal)) => talk.refuse(&refusal).await,
            Err(failed) => Err(failed),
        };
        if let Err(error) = settled {
            tracing::error!(%error, "a message could not be answered");
            talk.apologise().await;
        }
        true
    }
}

/// Who came, and by what: an invitation and a campaign count for who is new only, so the door is told at once.
fn came(id: i64, locale: Option<Locale>, deed: &Deed) -> TelegramVisitor {
    let payload = match deed {
        Deed::Start(Some(payload)) => payload.as_str(),
        _ => "",
    };
    let named = |kind: &str| payload.strip_prefix(kind).map(str::to_owned);
    TelegramVisitor { id, locale, invitation: named("i_"), campaign: named("c_") }
}

/// Says why somebody is not let in.
async fn turn_away(
    bot: &Running,
    chat: teloxide::types::ChatId,
    place: &Place,
    locale: Option<Locale>,
    error: &Error,
) {
    let locale = locale.unwrap_or(bot.view.shop.locale);
    let word = match error {
        Error::Refused(refusal) => text::refusal(locale, refusal),
        Error::Failed(failure) => {
            tracing::error!(%failure, "nobody can be greeted");
            text::get(locale, "bot-broken")
        }
    };
    if let Place::Button { tap, .. } = place {
        bot.post.answer(tap, Some(&word), true).await;
    } else if let Err(lost) = bot.post.send(chat, &Screen::says(&word)).await {
        tracing::warn!(?lost, "an answer was lost");
    }
}

/// A client of the shop's Bot API.
fn client(view: &BotView, otherwise: Option<&Url>) -> Option<Bot> {
    let mut settings = teloxide::net::default_reqwest_settings().pool_max_idle_per_host(64);
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
