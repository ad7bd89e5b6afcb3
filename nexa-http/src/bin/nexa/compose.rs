//! Storage, keys and adapters, put together into an engine.

use super::{
    Stop,
    backup::Schedule,
    config::{Settings, refused},
    database::Database,
};
use jiff::SignedDuration;
use nexa_bot::{Bots, Roster};
use nexa_core::{
    engine::Nexa,
    memory::MemoryStorage,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    world::{OsEntropy, SystemClock, World},
};
use nexa_hiddify::HiddifyKind;
use nexa_mail::{Post, Smtp};
use nexa_marzban::MarzbanKind;
use nexa_push::{Hosts, WebPush};
use nexa_shadowsocks::{Node, ShadowsocksKind};
use nexa_valkey::Valkey;
use nexa_webhook::WebhookCaller;
use std::{os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

/// What the key is for that nodes on other machines know the shop by.
const NODES: &str = "nodes";
/// What the key is for that Telegram's calls are known by.
const TELEGRAM: &str = "telegram";
/// What the key is for that browsers know the shop by.
const PUSH: &str = "push";
/// What the key is for that hides names at Valkey.
const VALKEY: &str = "valkey";

/// The world outside.
pub fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// A shop put together.
pub struct Composed {
    /// The engine.
    pub nexa: Nexa,
    /// Its storage, to be closed at the end.
    pub storage: Database,
    /// The shops' bots, to be run.
    pub bots: Bots,
    /// The node of this machine, to be run, unless the shop shall have none.
    pub node: Option<Node>,
    /// What is shared with other processes, to be run, if anything is.
    pub valkey: Option<Arc<Valkey>>,
    /// The backups that are made meanwhile, if any are.
    pub backups: Option<Schedule>,
}

/// Makes the folder that only its owner may look into.
pub fn folder(path: &Path) -> Result<(), Stop> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|e| Stop::usage(format!("{}: {e}", path.display())))
}

/// The engine of the shop in the data folder.
pub async fn shop(settings: &Settings) -> Result<Composed, Stop> {
    folder(&settings.data)?;
    let (storage, keys) = Database::open(settings).await?;
    // A node serves what its own process provisions, so a process that leaves this to others has none.
    let node = if settings.node && settings.fleet.worker {
        Some(Node::open(settings.serving.clone(), world(), &settings.data).map_err(Stop::broken)?)
    } else {
        None
    };
    let nodes = ShadowsocksKind::new(node.clone(), &keys.seed(NODES), world()).map_err(Stop::broken)?;
    let push = WebPush::new(&keys.seed(PUSH), &settings.public_url(), Hosts::default(), world())
        .map_err(|refusal| super::config::refused("push", &refusal))?;
    let caller = WebhookCaller::new(settings.webhooks_private).map_err(|why| refused("webhooks", &why))?;
    let valkey = valkey(settings, &keys)?;
    let bots = nexa_bot::Config {
        public_url: settings.public_url(),
        webhook: settings.telegram_webhook,
        asks: settings.fleet.worker,
        seed: keys.seed(TELEGRAM),
        api_url: None,
    };
    let backups = Schedule::of(settings, &keys);
    let roster = Roster::default();
    let mut builder = Nexa::builder(storage.storage(), keys)
        .public_url(&settings.public_url())
        .pusher(Arc::new(push))
        .caller(Arc::new(caller))
        .notifier(roster.notifier())
        .panel_kind(Arc::new(HiddifyKind))
        .panel_kind(Arc::new(MarzbanKind))
        .panel_kind(Arc::new(nodes));
    if let Some(mailer) = Smtp::new(&settings.mail, world()).map_err(|why| refused("mail", &why))? {
        let mailer = Arc::new(mailer);
        builder = builder.notifier(Arc::new(Post::new(Arc::clone(&mailer)))).mailer(mailer);
    }
    if let Some(valkey) = &valkey {
        builder = builder.limiter(Arc::<Valkey>::clone(valkey)).stash(Arc::<Valkey>::clone(valkey));
    }
    for kind in nexa_payments::kinds() {
        builder = builder.gateway_kind(kind);
    }
    for source in settings.rates.connect().map_err(|why| refused("rates", &why))? {
        builder = builder.rate_source(source);
    }
    builder = builder.rate_spread(settings.rates.spread_bp);
    if let Some(seconds) = settings.fleet.lease_seconds {
        builder = builder.lease(SignedDuration::from_secs(seconds));
    }
    if settings.test {
        builder = builder.panel_kind(Arc::new(FakePanelKind::default()));
    }
    let nexa = builder.build();
    Ok(Composed { bots: Bots::new(nexa.clone(), roster, bots), nexa, storage, node, valkey, backups })
}

/// What is shared with other processes, if a server for it is set up.
fn valkey(settings: &Settings, keys: &Keys) -> Result<Option<Arc<Valkey>>, Stop> {
    let Some(address) = &settings.valkey else { return Ok(None) };
    let valkey = Valkey::new(address.expose(), &keys.seed(VALKEY));
    valkey.map(Some).map_err(|refusal| refused("valkey", &refusal))
}

/// An engine of play money in memory, with a node that really serves this machine.
pub fn demo(public_url: &str) -> Result<(Nexa, Node), Stop> {
    let keys = Keys::new(world().bytes());
    let node = Node::in_memory(nexa_shadowsocks::Settings::default(), world()).map_err(Stop::broken)?;
    let nodes = ShadowsocksKind::new(Some(node.clone()), &keys.seed(NODES), world()).map_err(Stop::broken)?;
    let mut builder = Nexa::builder(Arc::new(MemoryStorage::new()), keys)
        .public_url(public_url)
        .panel_kind(Arc::new(FakePanelKind::default()))
        .panel_kind(Arc::new(nodes));
    for kind in nexa_payments::kinds() {
        builder = builder.gateway_kind(kind);
    }
    Ok((builder.build(), node))
}
