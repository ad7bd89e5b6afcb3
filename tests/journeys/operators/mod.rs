//! What operators do beside selling.

mod analytics;
mod broadcasts;
mod bulks;
mod care;
mod decisions;
mod hand_outs;
mod histories;
mod maintenance;
mod sales;
