//! The server itself: a port of its own on this machine.

use super::{api::Api, deliver, phone::Phone, state::State};
use poem::{Server, listener::TcpAcceptor};
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::{AbortHandle, yield_now},
    time::{Duration, sleep, timeout},
};

/// How long tests wait for the bot.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server's parts share.
pub struct Shared {
    pub state: Mutex<State>,
    /// Something changed.
    pub changed: Notify,
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, and tells whoever waits.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let out = change(&mut self.lock());
        self.changed.notify_waiters();
        out
    }
}

/// A Bot API with one bot. It ends when it is dropped.
pub struct FakeTelegram {
    shared: Arc<Shared>,
    address: SocketAddr,
    tasks: Vec<AbortHandle>,
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl FakeTelegram {
    /// Serves the bot with this token and name. Needs a running tokio.
    pub async fn start(token: &str, username: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let acceptor = TcpAcceptor::from_tokio(listener).expect("a port");
        let state = Mutex::new(State::new(token, username));
        let shared = Arc::new(Shared { state, changed: Notify::new() });
        let api = Api { shared: Arc::clone(&shared) };
        let here = Handle::current();
        let serve = here.spawn(async move { drop(Server::new_with_acceptor(acceptor).run(api).await) });
        let deliver = here.spawn(deliver::deliver(Arc::clone(&shared)));
        Self { shared, address, tasks: vec![serve.abort_handle(), deliver.abort_handle()] }
    }

    /// Where it is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Somebody whose client speaks this language.
    #[must_use]
    pub fn person(&self, name: &str, language: Option<&str>) -> Phone {
        Phone::of(Arc::clone(&self.shared), name, language)
    }

    /// Waits until the bot has taken all updates.
    pub async fn rests(&self) {
        let rested = timeout(PATIENCE, async {
            loop {
                let changed = self.shared.changed.notified();
                if self.shared.lock().updates.is_empty() {
                    return;
                }
                // A change between the look and the wait is found by the next look.
                drop(timeout(Duration::from_millis(100), changed).await);
            }
        });
        if rested.await.is_err() {
            let state = self.shared.lock();
            let waiting: Vec<_> = state.updates.iter().map(|update| update.body.to_string()).collect();
            panic!("the bot does not take {waiting:?}; it asked {:?}", state.calls);
        }
        yield_now().await;
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, so: impl Fn() -> bool) {
        let come = timeout(PATIENCE, async {
            while !so() {
                sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(come.await.is_ok(), "{what}: it never came");
    }

    /// Refuses messages above 30 a second in all, or above a burst and then one a second in one chat.
    pub fn limits(&self, overall: bool, per_chat: bool) {
        let mut state = self.shared.lock();
        (state.flood.overall, state.flood.per_chat) = (overall, per_chat);
    }

    /// The next messages are refused, and told to come again after so many seconds.
    pub fn storms(&self, messages: u32, retry_after: u64) {
        self.shared.lock().flood.storm = Some((messages, retry_after));
    }

    /// Every connection breaks from now on.
    pub fn goes_down(&self) {
        self.shared.change(|state| state.down = true);
    }

    /// It answers again.
    pub fn comes_back(&self) {
        self.shared.change(|state| state.down = false);
    }

    /// Where an address that Telegram is to call really is.
    pub fn finds(&self, host: &str, at: &str) {
        self.shared.change(|state| state.hosts.insert(host.to_owned(), at.to_owned()));
    }

    /// Gives the newest update once more, as after an answer that was lost on the way.
    pub fn repeats_itself(&self) {
        self.shared.change(|state| {
            let body = state.told.last().cloned().expect("an update");
            state.again(body);
        });
    }

    /// Taps that were not answered, by who pressed. Each leaves a waiting mark on somebody's button.
    #[must_use]
    pub fn unanswered(&self) -> Vec<i64> {
        let state = self.shared.lock();
        state.taps.values().filter(|tap| !tap.answered).map(|tap| tap.by).collect()
    }

    /// What the bot did that Telegram does not take.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        self.shared.lock().faults.clone()
    }

    /// How often a method was called, its name in lower case.
    #[must_use]
    pub fn calls(&self, method: &str) -> usize {
        self.shared.lock().calls.iter().filter(|called| *called == method).count()
    }

    /// The bot's commands in a language; those of all others under an empty one.
    #[must_use]
    pub fn commands(&self, language: &str) -> Option<Value> {
        self.shared.lock().commands.get(language).cloned()
    }

    /// The secret that comes with every call of the bot's address.
    #[must_use]
    pub fn secret(&self) -> Option<String> {
        self.shared.lock().webhook.as_ref().and_then(|hook| hook.secret.clone())
    }

    /// Whether updates are sent to an address.
    #[must_use]
    pub fn calls_back(&self) -> bool {
        self.shared.lock().webhook.is_some()
    }
}
