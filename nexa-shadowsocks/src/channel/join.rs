//! Which shop a node obeys: the first that shows the secret of a token in time, and from then on that one only.

use super::{
    key::{KeyHash, OwnKey},
    token::JoinToken,
    wire::{Hello, PROTOCOL, Welcome},
};
use crate::{node::Node, store::Store};
use data_encoding::BASE64URL_NOPAD;
use nexa_core::{error::Failure, secret::Secret, world::World};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// The facts that are kept: the node's own secret, its shop's key, and the token that was given out last.
const OWN: &str = "own key";
const SHOP: &str = "shop";
const TOKEN: &str = "token";
/// How long a token is good.
const VALID: Duration = Duration::from_hours(24);

/// What is kept of a token.
#[derive(Serialize, Deserialize)]
struct GivenOut {
    hash: [u8; 32],
    until: i64,
    used: bool,
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn given_out(store: &Store) -> Result<Option<GivenOut>, Failure> {
    let bytes = store.fact(TOKEN)?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

fn keep(store: &Store, token: &GivenOut) -> Result<(), Failure> {
    store.keep_fact(TOKEN, Some(&serde_json::to_vec(token).unwrap_or_default()))
}

/// The node's own key; made when there is none yet.
pub fn own_key(store: &Store, world: &World) -> Result<OwnKey, Failure> {
    OwnKey::of(&store.secret(OWN, world)?)
}

/// The shop that has joined.
pub fn kept_shop(store: &Store) -> Result<Option<KeyHash>, Failure> {
    Ok(store.fact(SHOP)?.and_then(|bytes| KeyHash::kept(&bytes)))
}

impl Node {
    /// Whether a shop has joined.
    #[must_use]
    pub fn has_shop(&self) -> bool {
        self.shop_lock().is_some()
    }

    /// Whether this shop is in charge now: not after another has joined.
    pub(super) fn obeys(&self, peer: KeyHash) -> bool {
        *self.shop_lock() == Some(peer)
    }

    /// A fresh token for the control channel at `address`, good for a day and once. Older ones are good no more; the
    /// shop that joined before stays in charge until another joins.
    pub fn new_token(&self, address: &str) -> Result<JoinToken, Failure> {
        let secret = BASE64URL_NOPAD.encode(&self.world().bytes::<24>());
        let now = self.world().now().as_millisecond();
        let until = now.saturating_add(i64::try_from(VALID.as_millis()).unwrap_or(i64::MAX));
        keep(self.store(), &GivenOut { hash: hash(&secret), until, used: false })?;
        Ok(JoinToken {
            address: address.to_owned(),
            node: self.own_key().hash(),
            secret: Secret::new(secret),
        })
    }

    /// Whether the holder of this key may steer the node. `None` for a stranger, who is told nothing.
    pub(super) fn welcome(&self, peer: KeyHash, hello: &Hello) -> Result<Option<Welcome>, Failure> {
        // One after the other: two that show the same token at once are not both its first.
        let mut shop = self.shop_lock();
        let no = |why: &str| Ok(Some(Welcome::No { why: why.to_owned() }));
        if *shop == Some(peer) {
            return if hello.protocol == PROTOCOL {
                Ok(Some(Welcome::Yes))
            } else {
                no("shop and node speak different versions; update the older one")
            };
        }
        let Some(token) = given_out(self.store())? else { return Ok(None) };
        if !bool::from(hash(hello.join.expose()).ct_eq(&token.hash)) {
            return Ok(None);
        }
        if token.used {
            return no("this join token was used by another shop; let the node print a new one");
        }
        if self.world().now().as_millisecond() >= token.until {
            return no("this join token has expired; let the node print a new one");
        }
        if hello.protocol != PROTOCOL {
            return no("shop and node speak different versions; update the older one");
        }
        self.store().keep_fact(SHOP, Some(peer.bytes()))?;
        keep(self.store(), &GivenOut { used: true, ..token })?;
        *shop = Some(peer);
        tracing::info!("a shop has joined this node");
        Ok(Some(Welcome::Yes))
    }
}
