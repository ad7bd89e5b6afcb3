//! The operator's half of the API, under `/v1/admin`. Every operation needs the scope `manage` and a
//! permission.

pub mod affiliates;
pub mod analytics;
pub mod audit;
pub mod books;
pub mod broadcasts;
pub mod bulks;
pub mod care;
pub mod coupons;
pub mod deposits;
pub mod exports;
pub mod gateways;
pub mod growth;
pub mod imports;
pub mod keys;
pub mod links;
pub mod orders;
pub mod plans;
pub mod receipts;
pub mod resellers;
pub mod reviews;
pub mod sales;
pub mod servers;
pub mod setting_up;
pub mod shop;
pub mod staff;
pub mod subscriptions;
pub mod support;
pub mod takings;
pub mod tickets;
pub mod users;
pub mod webhooks;
pub mod wording;
