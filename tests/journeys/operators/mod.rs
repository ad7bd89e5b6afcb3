//! What operators do beside selling.

mod decisions;
mod hand_outs;
mod maintenance;
mod sales;
