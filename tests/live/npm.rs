//! Programs that come through npm, installed once into the target folder.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

/// Has npm install what the lock file in `from` names, once for each state of that file. Gives the folder that holds
/// `node_modules`; `name` is the beginning of its own.
pub fn modules(from: &Path, name: &str) -> Result<PathBuf, String> {
    let told = |error: std::io::Error| error.to_string();
    let wanted = ["package.json", "package-lock.json", ".npmrc"];
    let mut hasher = DefaultHasher::new();
    for file in wanted {
        fs::read(from.join(file)).map_err(told)?.hash(&mut hasher);
    }
    let test = std::env::current_exe().map_err(told)?;
    let target = test.ancestors().nth(3).ok_or("a test lies in target/PROFILE/deps")?;
    let folder = target.join(format!("{name}-{:016x}", hasher.finish()));
    if folder.is_dir() {
        return Ok(folder);
    }
    let fresh = tempfile::tempdir_in(target).map_err(told)?;
    for file in wanted {
        fs::copy(from.join(file), fresh.path().join(file)).map_err(told)?;
    }
    let npm = Command::new("npm").args(["ci", "--no-progress"]).current_dir(fresh.path()).output();
    let npm = npm.map_err(told)?;
    if !npm.status.success() {
        return Err(format!("npm ci failed: {}", String::from_utf8_lossy(&npm.stderr)));
    }
    // Another process may have been faster; its folder is the same.
    drop(fs::rename(fresh.path(), &folder));
    if folder.is_dir() { Ok(folder) } else { Err(format!("{} was not made", folder.display())) }
}
