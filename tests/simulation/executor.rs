//! One thread, one queue, one seed: which task goes on next is drawn, and when none can, the clock jumps to the next
//! sleeper. Tasks belong to processes; killing one drops its futures where they stand, which is `kill -9` at that await.

use super::dice::Dice;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{sim::SimClock, world::Clock as _};
use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// A process of the simulation. [`OUTSIDE`] holds customers, banks and networks, and is never killed.
pub type Process = u32;
/// Everything that is not ours.
pub const OUTSIDE: Process = 0;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Default)]
struct Queue {
    ready: Vec<u64>,
    spawned: Vec<(u64, Process, Task)>,
    kills: Vec<Process>,
    /// Kill this process after so many more of its polls.
    fuse: Option<(Process, u64)>,
    next: u64,
    hash: u64,
}

/// Puts tasks into the executor; cheap to clone.
#[derive(Clone, Default)]
pub struct Spawner {
    queue: Arc<Mutex<Queue>>,
}

impl Spawner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a task in a process.
    pub fn spawn(&self, process: Process, task: impl Future<Output = ()> + Send + 'static) {
        let mut queue = self.queue();
        queue.next += 1;
        let id = queue.next;
        queue.spawned.push((id, process, Box::pin(task)));
        queue.ready.push(id);
    }

    /// Drops every task of a process before the next poll.
    pub fn kill(&self, process: Process) {
        self.queue().kills.push(process);
    }

    /// Kills a process at its `polls`-th poll from now.
    pub fn light_fuse(&self, process: Process, polls: u64) {
        self.queue().fuse = Some((process, polls));
    }

    /// Mixes something that happened into the run's fingerprint.
    pub fn note(&self, what: &str) {
        let mut queue = self.queue();
        for byte in what.bytes() {
            queue.hash = (queue.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The fingerprint of all that was noted: the same seed gives the same.
    pub fn fingerprint(&self) -> u64 {
        self.queue().hash
    }
}

struct Alarm {
    id: u64,
    queue: Arc<Mutex<Queue>>,
    rung: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        if !self.rung.swap(true, Ordering::Relaxed) {
            self.queue.lock().unwrap_or_else(PoisonError::into_inner).ready.push(self.id);
        }
    }
}

/// Runs tasks over virtual time.
pub struct Executor {
    spawner: Spawner,
    clock: Arc<SimClock>,
    dice: Dice,
    tasks: BTreeMap<u64, (Process, Option<Task>, Arc<Alarm>)>,
    on_kill: Box<dyn FnMut(Process)>,
    /// How often anything was polled.
    pub polls: u64,
}

impl Executor {
    /// An executor without tasks; `on_kill` hears of each process that died.
    pub fn new(clock: Arc<SimClock>, dice: Dice, on_kill: impl FnMut(Process) + 'static) -> Self {
        let on_kill = Box::new(on_kill);
        Self { spawner: Spawner::default(), clock, dice, tasks: BTreeMap::new(), on_kill, polls: 0 }
    }

    /// To start tasks with.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    /// Runs until `until`, or until `done` says so.
    pub fn run(&mut self, until: Timestamp, done: impl Fn() -> bool) {
        loop {
            self.absorb();
            if done() {
                return;
            }
            if let Some(id) = self.draw() {
                self.poll(id);
                continue;
            }
            match self.clock.next_sleeper() {
                Some(moment) if moment <= until => self.clock.set(moment.max(self.clock.now())),
                _ => {
                    self.clock.set(until.max(self.clock.now()));
                    self.absorb();
                    return;
                }
            }
        }
    }

    /// Kills everything but the outside, and lets `time` pass with nothing of ours running.
    pub fn outage(&mut self, processes: &[Process], time: SignedDuration) {
        for process in processes {
            self.spawner.kill(*process);
        }
        self.absorb();
        self.clock.advance(time);
    }

    fn absorb(&mut self) {
        loop {
            let (spawned, kills) = {
                let mut queue = self.spawner.queue();
                (std::mem::take(&mut queue.spawned), std::mem::take(&mut queue.kills))
            };
            if spawned.is_empty() && kills.is_empty() {
                return;
            }
            for (id, process, task) in spawned {
                let queue = Arc::clone(&self.spawner.queue);
                let alarm = Arc::new(Alarm { id, queue, rung: AtomicBool::new(true) });
                self.tasks.insert(id, (process, Some(task), alarm));
            }
            for process in kills {
                let dead: Vec<u64> =
                    self.tasks.iter().filter(|(_, t)| t.0 == process).map(|(id, _)| *id).collect();
                (self.on_kill)(process);
                let mut queue = self.spawner.queue();
                queue.fuse = queue.fuse.filter(|(doomed, _)| *doomed != process);
                drop(queue);
                for id in dead {
                    self.tasks.remove(&id);
                }
            }
        }
    }

    fn draw(&mut self) -> Option<u64> {
        let mut queue = self.spawner.queue();
        while !queue.ready.is_empty() {
            let at = self.dice.index(queue.ready.len());
            let id = queue.ready.swap_remove(at);
            if self.tasks.contains_key(&id) {
                return Some(id);
            }
        }
        None
    }

    fn poll(&mut self, id: u64) {
        let Some((process, slot, alarm)) = self.tasks.get_mut(&id) else { return };
        let (process, Some(mut task)) = (*process, slot.take()) else { return };
        let alarm = Arc::clone(alarm);
        alarm.rung.store(false, Ordering::Relaxed);
        self.polls += 1;
        let waker = Waker::from(alarm);
        match task.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => {
                self.tasks.remove(&id);
            }
            Poll::Pending => {
                if let Some((_, slot, _)) = self.tasks.get_mut(&id) {
                    *slot = Some(task);
                }
            }
        }
        let mut queue = self.spawner.queue();
        if let Some((doomed, left)) = queue.fuse.filter(|(doomed, _)| *doomed == process) {
            queue.fuse = left.checked_sub(1).map(|left| (doomed, left));
            if left == 0 {
                queue.kills.push(doomed);
            }
        }
    }
}

/// Lets others go on first.
pub async fn give_way() {
    let mut given = false;
    std::future::poll_fn(|context| {
        if given {
            return Poll::Ready(());
        }
        given = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
