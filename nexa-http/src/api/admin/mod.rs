//! The operator's half of the API, under `/v1/admin`. Every operation needs the scope `manage`.

pub mod books;
pub mod broadcasts;
pub mod coupons;
pub mod deposits;
pub mod gateways;
pub mod growth;
pub mod keys;
pub mod links;
pub mod orders;
pub mod plans;
pub mod receipts;
pub mod reviews;
pub mod sales;
pub mod servers;
pub mod shop;
pub mod subscriptions;
pub mod takings;
pub mod tickets;
pub mod users;
