//! The parts of a button, as they travel.

use super::{About, Alert, Bare, Code, Matter, Method, Platform, Reason, Region, Slug, Tag};
use data_encoding::BASE64URL_NOPAD;
use nexa_core::{
    domain::shop::Locale,
    ids::{GroupId, Id, OrderId, PackId, PaymentId, PlanId, SubscriptionId, TicketId},
};
use uuid::Uuid;

/// A part of a button.
pub trait Piece: Sized {
    /// As it travels; without a colon.
    fn write(&self) -> String;
    /// As it came; none for anything else.
    fn read(text: &str) -> Option<Self>;
}

fn write_uuid(id: Uuid) -> String {
    BASE64URL_NOPAD.encode(id.as_bytes())
}

fn read_uuid(text: &str) -> Option<Uuid> {
    Uuid::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

macro_rules! ids {
    ($($kind:ty),+ $(,)?) => {$(
        impl Piece for $kind {
            fn write(&self) -> String {
                write_uuid(self.uuid())
            }
            fn read(text: &str) -> Option<Self> {
                read_uuid(text).map(Self::from)
            }
        }
    )+};
}
ids!(GroupId, PlanId, PackId, OrderId, PaymentId, SubscriptionId, TicketId);

impl Piece for Bare {
    fn write(&self) -> String {
        write_uuid(self.0)
    }
    fn read(text: &str) -> Option<Self> {
        read_uuid(text).map(Self)
    }
}

impl Piece for Method {
    fn write(&self) -> String {
        match self {
            Self::Wallet => "w".to_owned(),
            Self::Gateway(id) => write_uuid(id.uuid()),
        }
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "w" => Some(Self::Wallet),
            _ => read_uuid(text).map(|id| Self::Gateway(id.into())),
        }
    }
}

impl Piece for Region {
    fn write(&self) -> String {
        self.0.clone().unwrap_or_default()
    }
    fn read(text: &str) -> Option<Self> {
        let country = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        match text {
            "" => Some(Self(None)),
            _ => country.then(|| Self(Some(text.to_owned()))),
        }
    }
}

impl Piece for Locale {
    fn write(&self) -> String {
        self.tag().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == text)
    }
}

impl Piece for Platform {
    fn write(&self) -> String {
        self.name().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.name() == text)
    }
}

impl Piece for Reason {
    fn write(&self) -> String {
        let code = match self {
            Self::NotReceived => "n",
            Self::Unreadable => "r",
            Self::UsedBefore => "u",
            Self::Forged => "f",
        };
        code.to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "n" => Self::NotReceived,
            "r" => Self::Unreadable,
            "u" => Self::UsedBefore,
            "f" => Self::Forged,
            _ => return None,
        })
    }
}

impl Piece for Tag {
    fn write(&self) -> String {
        self.0.clone()
    }
    fn read(text: &str) -> Option<Self> {
        Some(Self::of(text)).filter(|tag| tag.0 == text)
    }
}

impl Piece for Code {
    fn write(&self) -> String {
        self.text().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::of(text)
    }
}

impl Piece for Slug {
    fn write(&self) -> String {
        self.text().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::of(text)
    }
}

impl Piece for About {
    fn write(&self) -> String {
        self.name().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }
}

impl Piece for Alert {
    fn write(&self) -> String {
        self.name().to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

impl Piece for Matter {
    fn write(&self) -> String {
        let code = match self {
            Self::Reminders => "r",
            Self::News => "n",
            Self::Support => "s",
            Self::Mail => "m",
        };
        code.to_owned()
    }
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "r" => Self::Reminders,
            "n" => Self::News,
            "s" => Self::Support,
            "m" => Self::Mail,
            _ => return None,
        })
    }
}

impl Piece for bool {
    fn write(&self) -> String {
        u8::from(*self).to_string()
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        }
    }
}

macro_rules! numbers {
    ($($kind:ty),+) => {$(
        impl Piece for $kind {
            fn write(&self) -> String {
                self.to_string()
            }
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )+};
}
numbers!(u32, i64);
