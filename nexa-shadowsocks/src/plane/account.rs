//! What all flows of one identity share.

use super::{devices::Devices, meter::Meter, pace::Pace};

/// Meter, devices and pace of one identity. Lives as long as the identity does, whether its port is open or not.
#[derive(Debug)]
pub struct Account {
    /// What was used, and how much may be.
    pub meter: Meter,
    /// Who uses it.
    pub devices: Devices,
    /// How fast, if that is limited.
    pub pace: Option<Pace>,
}
