//! Where the session is kept.

use nexa_core::storefront::model::{SignInRequest, SignUpRequest};
use nexa_ffi::{SecretStore, SecretStoreError, Shop, ShopError};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// A keychain in memory that can be locked.
#[derive(Default)]
struct Keychain {
    held: Mutex<BTreeMap<String, String>>,
    locked: AtomicBool,
}

impl Keychain {
    fn open(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<String, String>>, SecretStoreError> {
        if self.locked.load(Ordering::Relaxed) {
            return Err(SecretStoreError::Unavailable { reason: "locked".to_owned() });
        }
        Ok(self.held.lock().expect("no panic"))
    }

    fn session(&self) -> Option<String> {
        self.held.lock().expect("no panic").get("session").cloned()
    }
}

impl SecretStore for Keychain {
    fn load(&self, name: String) -> Result<Option<String>, SecretStoreError> {
        Ok(self.open()?.get(&name).cloned())
    }

    fn save(&self, name: String, secret: String) -> Result<(), SecretStoreError> {
        self.open()?.insert(name, secret);
        Ok(())
    }

    fn erase(&self, name: String) -> Result<(), SecretStoreError> {
        self.open()?.remove(&name);
        Ok(())
    }
}

fn demo() -> (Arc<Keychain>, Arc<Shop>) {
    let keychain = Arc::new(Keychain::default());
    let store: Arc<dyn SecretStore> = Arc::<Keychain>::clone(&keychain);
    (keychain, Shop::demo(None, Some(store)).expect("a demo"))
}

#[tokio::test]
async fn the_session_is_kept_before_sign_in_returns_and_erased_by_sign_out() {
    let (keychain, shop) = demo();
    let made = shop.sign_up(SignUpRequest::default()).await.expect("an account");
    assert_eq!(keychain.session(), shop.token());
    assert!(keychain.session().is_some());
    shop.sign_out().await.expect("out");
    assert_eq!((keychain.session(), shop.token()), (None, None));
    assert_eq!(shop.me().await, Err(ShopError::SignedOut));
    let account_number = made.account_number;
    shop.sign_in(SignInRequest { account_number, ..SignInRequest::default() }).await.expect("in again");
    assert_eq!(shop.me().await.expect("me").user_id, made.session.user_id);
    assert_eq!(keychain.session(), shop.token());
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let (_, shop) = demo();
    let made = shop.sign_up(SignUpRequest::default()).await.expect("an account");
    let first = shop.token();
    let account_number = made.account_number;
    shop.sign_in(SignInRequest { account_number, ..SignInRequest::default() }).await.expect("in once more");
    assert_ne!(shop.token(), first);
    let open = shop.sessions().await.expect("sessions");
    assert_eq!(open.len(), 1, "the one that is held: {open:?}");
    assert!(open[0].current);
}

#[tokio::test]
async fn a_store_that_throws_lets_nobody_in_and_says_so() {
    let (keychain, shop) = demo();
    keychain.locked.store(true, Ordering::Relaxed);
    let refused = shop.sign_up(SignUpRequest::default()).await.err();
    assert_eq!(refused, Some(ShopError::Secrets { reason: "locked".to_owned() }));
    assert!(!shop.is_signed_in());
    let store: Arc<dyn SecretStore> = keychain;
    let made = Shop::demo(None, Some(store)).err();
    assert_eq!(made, Some(ShopError::Secrets { reason: "locked".to_owned() }));
}

#[tokio::test]
async fn a_session_is_forgotten_without_a_connection_too() {
    let (keychain, shop) = demo();
    shop.sign_up(SignUpRequest::default()).await.expect("an account");
    shop.controls().expect("a demo").set_offline(true).expect("a demo");
    let told = shop.sign_out().await;
    assert!(matches!(told, Err(ShopError::Offline { .. })), "the shop was not told: {told:?}");
    assert_eq!((keychain.session(), shop.token()), (None, None));
}
