//! The one connection, and whether it can be relied on.
//!
//! It is either up or down. While it is down nobody is kept waiting: whoever asks hears so at once. It goes down with the
//! first answer that is an error or makes no sense, when the connection breaks, and with the third in a row that does not
//! come in time; it comes up when [`Line::keep_up`] has connected anew and had every kind of answer in time.

use nexa_core::ports::limiter::Away;
use redis::{AsyncConnectionConfig, Client, RedisError, aio::MultiplexedConnection};
use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

/// How long an answer may take, unless somebody has more time.
pub const DEADLINE: Duration = Duration::from_millis(50);
/// How long connecting may take, with TLS and signing in.
const CONNECT: Duration = Duration::from_secs(3);
/// Late answers in a row that are one too many.
const LATE: u32 = 3;
/// Pauses between tries to connect: from the first to the longest, each twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why an answer is none.
#[derive(Debug)]
pub enum Trouble {
    /// It did not come in time.
    Late,
    /// It makes no sense.
    Nonsense,
    /// It is an error, or the connection broke. The server's own words are left out: they go into our log.
    Refused(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("no answer in time"),
            Self::Nonsense => f.write_str("an answer that makes no sense"),
            Self::Refused(what) => f.write_str(what),
        }
    }
}

impl From<RedisError> for Trouble {
    fn from(error: RedisError) -> Self {
        let code = error.code().unwrap_or_default();
        let plain = code.len() <= 20 && code.bytes().all(|b| b.is_ascii_uppercase());
        let category = error.category();
        Self::Refused(if plain && !code.is_empty() {
            format!("{category} ({code})")
        } else {
            category.to_owned()
        })
    }
}

#[derive(Default)]
struct State {
    up: Option<MultiplexedConnection>,
    /// Which connection it is, so that an answer of an old one says nothing about a new one.
    number: u64,
    late: u32,
    why: Option<Trouble>,
}

/// An answer on its way.
pub trait Answer<T>: Future<Output = Result<T, Trouble>> {}
impl<T, F: Future<Output = Result<T, Trouble>>> Answer<T> for F {}

/// The connection.
pub struct Line {
    client: Client,
    deadline: Duration,
    state: Mutex<State>,
    /// Something is wrong with the present connection, or may be.
    doubt: Notify,
}

impl Line {
    pub fn new(client: Client, deadline: Duration) -> Self {
        Self { client, deadline, state: Mutex::default(), doubt: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it can be relied on now.
    pub fn is_up(&self) -> bool {
        self.state().up.is_some()
    }

    /// Asks one thing.
    pub async fn ask<T, A: Answer<T>>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> A,
    ) -> Result<T, Away> {
        let (line, number) = {
            let state = self.state();
            (state.up.clone().ok_or(Away)?, state.number)
        };
        let outcome = within(self.deadline, question(line)).await;
        self.judge(number, outcome)
    }

    /// Notes how an answer on this connection was.
    fn judge<T>(&self, number: u64, outcome: Result<T, Trouble>) -> Result<T, Away> {
        let mut state = self.state();
        let trouble = match outcome {
            Ok(value) => {
                if state.number == number {
                    state.late = 0;
                }
                return Ok(value);
            }
            Err(trouble) => trouble,
        };
        if state.number == number && state.up.is_some() {
            state.late = state.late.saturating_add(1);
            if !matches!(trouble, Trouble::Late) || state.late >= LATE {
                state.up = None;
                state.why = Some(trouble);
            }
            drop(state);
            self.doubt.notify_one();
        }
        Err(Away)
    }

    /// Connects, asks everything that is ever asked once, and gives the connection.
    pub async fn connect<A: Answer<()>>(
        &self,
        probe: impl Fn(MultiplexedConnection) -> A,
    ) -> Result<MultiplexedConnection, Trouble> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let line = within(CONNECT, async { Ok(connecting.await?) }).await?;
        // The first time may bring the rule along; what counts is how long it takes from then on.
        within(CONNECT, probe(line.clone())).await?;
        within(self.deadline, probe(line.clone())).await?;
        Ok(line)
    }

    /// Keeps it up for as long as it is polled, and tells the log when that changes: once for each change.
    pub async fn keep_up<A: Answer<()>>(&self, probe: impl Fn(MultiplexedConnection) -> A) {
        let (mut pause, mut was_up) = (FIRST_PAUSE, None);
        loop {
            let why = match self.connect(&probe).await {
                Ok(line) => {
                    tracing::info!("Valkey answers: what is counted and kept is shared");
                    was_up = Some(true);
                    self.relied_on(line, &probe, &mut pause).await
                }
                Err(why) => why,
            };
            if was_up != Some(false) {
                tracing::warn!(%why, "Valkey cannot be relied on: this process counts and looks up alone");
                was_up = Some(false);
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Lets everybody ask on this connection until there is trouble. One that lasts makes the next pause short again.
    async fn relied_on<A: Answer<()>>(
        &self,
        line: MultiplexedConnection,
        probe: impl Fn(MultiplexedConnection) -> A,
        pause: &mut Duration,
    ) -> Trouble {
        {
            let mut state = self.state();
            *state =
                State { up: Some(line.clone()), number: state.number.wrapping_add(1), late: 0, why: None };
        }
        let lasting = sleep(LONGEST_PAUSE);
        tokio::pin!(lasting);
        let mut lasted = false;
        loop {
            tokio::select! {
                () = &mut lasting, if !lasted => {
                    *pause = FIRST_PAUSE;
                    lasted = true;
                }
                () = self.doubt.notified() => {
                    if let Some(why) = self.state().why.take() {
                        return why;
                    }
                    // Late answers may be this machine's fault. A server that hangs, or that never ends an answer, is found
                    // here, whether anybody asks again or not.
                    if self.is_up() && let Err(why) = within(self.deadline, probe(line.clone())).await {
                        self.state().up = None;
                        return why;
                    }
                }
            }
        }
    }
}

async fn within<T>(time: Duration, answer: impl Answer<T>) -> Result<T, Trouble> {
    timeout(time, answer).await.unwrap_or(Err(Trouble::Late))
}
