//! Between which databases `nexa migrate` moves the shop, where an address holds a password.

use nexa_core::secret::Secret;

/// Every setting.
pub const NAMES: [&str; 2] = ["migrate_from", "migrate_to"];

/// These settings, in place of the options of the same names: other users of the machine see a command line.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    /// Where the shop is. May hold a password.
    pub from: Option<Secret<String>>,
    /// Where it goes. May hold a password.
    pub to: Option<Secret<String>>,
}

impl Moving {
    /// Sets one; false when `name` is none of these. An error says what was expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, String> {
        let place = match name {
            "migrate_from" => &mut self.from,
            "migrate_to" => &mut self.to,
            _ => return Ok(false),
        };
        if !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| value.starts_with(scheme)) {
            return Err("sqlite:PATH, or an address such as postgres://nexa@localhost/nexa".to_owned());
        }
        *place = Some(Secret::new(value.to_owned()));
        Ok(true)
    }
}
