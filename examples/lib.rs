//! Programs to read before you embed NexaVPN, and to copy from: see `quickstart.rs`.
