//! Names are looked up by the system, which blocks a thread for as long as a name server likes. So there are few at a
//! time, of one identity and in all: a slow zone must not take the threads that the node itself needs.

use std::{
    io::{ErrorKind, Result},
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// Of all identities together; the runtime has some 500 threads for what blocks.
pub const ALL: usize = 96;
/// Of one identity.
const EACH: usize = 16;
/// The longest that anybody waits for a name.
const PATIENCE: Duration = Duration::from_secs(10);

/// The look-ups of one identity.
#[derive(Clone, Debug)]
pub struct Lookups {
    all: Arc<Semaphore>,
    own: Arc<Semaphore>,
}

impl Lookups {
    /// Those of one more identity.
    #[must_use]
    pub fn new(all: &Arc<Semaphore>) -> Self {
        Self { all: Arc::clone(all), own: Arc::new(Semaphore::new(EACH)) }
    }

    /// The addresses that a name leads to.
    pub async fn find(&self, name: &str, port: u16) -> Result<Vec<SocketAddr>> {
        let find = async {
            let own = Arc::clone(&self.own).acquire_owned().await;
            let all = Arc::clone(&self.all).acquire_owned().await;
            let name = name.to_owned();
            // The places go with the thread, not with whoever waits for it.
            let found = spawn_blocking(move || {
                let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
                drop((own, all));
                found
            });
            found.await.unwrap_or_else(|_| Err(ErrorKind::Interrupted.into()))
        };
        timeout(PATIENCE, find).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
    }
}
