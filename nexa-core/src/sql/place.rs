//! Where a database is, as somebody names it.

use super::engine::postgres::Server;
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where a database is. It prints without the password.
#[derive(Clone)]
pub struct Place(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    /// At this path.
    File(PathBuf),
    /// On this server.
    Server(Box<Server>),
}

impl Place {
    /// A SQLite file.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        Self(Kind::File(path.to_owned()))
    }

    /// Reads `sqlite:PATH` or `postgres://user:password@host:port/database?sslmode=…`; none when it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Some(Self(Kind::File(PathBuf::from(path))));
        }
        let known = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        known.then(|| Server::parse(text).ok()).flatten().map(|server| Self(Kind::Server(Box::new(server))))
    }

    /// Whether it is a file.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.0, Kind::File(_))
    }

    /// Whether it is a file that is not there. Of a server that can only be asked.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.0, Kind::File(path) if !path.exists())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(path) => write!(f, "{}", path.display()),
            Kind::Server(server) => f.write_str(&server.name()),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_shown_without_passwords() {
        let shown = |text: &str| Place::parse(text).map(|place| format!("{place} {place:?}"));
        assert_eq!(shown("sqlite:data/nexa.db").unwrap(), "data/nexa.db Place(data/nexa.db)");
        let server = shown("postgres://nexa:hunter2@db.example:5433/shop").unwrap();
        assert_eq!(server, "db.example/shop Place(db.example/shop)");
        assert_eq!(shown("mysql://x/y"), None);
        assert!(Place::parse("sqlite:/nowhere/nexa.db").unwrap().is_missing());
    }
}
