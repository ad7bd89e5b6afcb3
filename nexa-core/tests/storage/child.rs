//! A process of one's own to kill: this test program once more, for one test, which finds in its environment what to do.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The name under which a test finds its task.
const TASK: &str = "NEXA_TEST_TASK";

/// What this process was started for, if it is such a child.
pub fn task() -> Option<String> {
    std::env::var_os(TASK).map(|task| task.into_string().unwrap())
}

/// Starts one. `test` is the test's path.
pub fn start(test: &str, task: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(TASK, task);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills one after a while; when it had ended by itself, says whether it had done its task.
pub fn kill_after(mut child: Child, wait: Duration) -> Option<bool> {
    std::thread::sleep(wait);
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    ended.map(|status| status.success())
}
