//! Whole databases: copied while the shop sells, looked through, and put back.
//!
//! A copy is always an `SQLite` file, whatever engine the shop is on: so it can be looked through without a server, and a
//! shop can move from one engine to the other. It must never hold up who writes, and never change what it copies.

mod file;
mod inventory;
#[cfg(feature = "postgres")]
mod server;

pub use file::HeldFile;
pub use inventory::{Inventory, LedgerTotal};
#[cfg(feature = "postgres")]
pub use server::BackupTurn;

use super::{engine::Connection, file::OpenError};
use crate::error::Failure;
use std::path::Path;

fn broken(failure: Failure) -> OpenError {
    OpenError::Database(failure.what)
}

/// A step that was made by another build, or by a newer one, is refused before anything is done with the file.
async fn known(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let mark = super::migrations::applied(connection).await.map_err(broken)?;
    if mark.is_empty() {
        return Err(OpenError::Foreign(path.display().to_string()));
    }
    super::migrations::accept(&mark)
}
