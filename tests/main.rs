//! .

mod architecture;
mod live;
