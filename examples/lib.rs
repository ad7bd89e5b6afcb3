//! Programs to read before you embed NexaVPN, and to copy from. `quickstart.rs` is a shop in 36 lines; `custom_panel.rs`,
//! `custom_gateway.rs` and `custom_storage.rs` are adapters of one's own with their suites; `embed_in_your_server.rs` has a
//! shop beside the pages of a server that is there already. `programs.rs` runs these.
//!
//! Programs that speak to a shop elsewhere are `remote_customer.rs`, which the tests build and do not run, and
//! `reseller_client/`, which the live tests run.
