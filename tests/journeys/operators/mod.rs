//! What operators do beside selling.

mod broadcasts;
mod decisions;
mod hand_outs;
mod histories;
mod maintenance;
mod sales;
