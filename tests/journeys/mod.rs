//! What happens to customers and operators, told from outside: only the driving ports are used, and what is true is
//! read from the panels and the bank.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod a_month;
mod accounts;
mod adoption;
mod alerts;
mod any_order;
mod bank_messages;
mod bank_pages;
mod card_to_card;
mod coupons;
mod devices;
mod disputes;
mod extras;
mod gifts;
mod grace;
mod holds;
mod invitations;
mod late_panels;
mod link_homes;
mod links;
mod lost_money;
mod memos;
mod moves;
mod odd_money;
mod odd_requests;
mod operators;
mod our_own_servers;
mod outages;
mod plan_changes;
mod purchases;
mod races;
mod rates;
mod refunds;
mod renewals;
mod reviews;
mod sending_back;
mod several_servers;
mod sign_in;
mod stars;
mod suites;
mod tickets;
mod trials;
mod two_shops;
mod usage_history;
mod wallets;
