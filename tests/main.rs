//! .

mod architecture;
