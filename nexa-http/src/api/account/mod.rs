//! One's own account: wallet and notices, sessions, ways in, passkeys, the second factor, taking one's data along and leaving.

mod data;
mod identities;
mod passkeys;
mod second_factor;
mod sessions;
mod wallet;

pub use data::Data;
pub use identities::Identities;
pub use passkeys::Passkeys;
pub use second_factor::SecondFactor;
pub use sessions::Sessions;
pub use wallet::Account;
