//! How a shop looks to its customers: one colour and one sentence. Everything else of its pages follows from them.

use super::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// A shop's look.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Look {
    /// The colour of buttons and links.
    pub accent: Accent,
    /// The sentence under the name on the first page, 1 to 160 characters; the product's own when there is none.
    pub tagline: Option<String>,
}

/// An sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(pub [u8; 3]);

impl Default for Accent {
    fn default() -> Self {
        Self([0x1f, 0x5f, 0xd0])
    }
}

impl std::str::FromStr for Accent {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bad = || Refusal::bad_input("accent", "a colour such as #1f5fd0");
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii()).ok_or_else(bad)?;
        let part = |at| digits.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) if !digits.contains('+') => Ok(Self([red, green, blue])),
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for Accent {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<Accent> for String {
    fn from(Accent([red, green, blue]): Accent) -> Self {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Look {
    /// Refuses a look that could not be shown.
    pub fn checked(self) -> Result<Self, Refusal> {
        let fits = |line: &String| {
            (1..=160).contains(&line.chars().count())
                && !line.trim().is_empty()
                && !line.contains(char::is_control)
        };
        if self.tagline.as_ref().is_some_and(|line| !fits(line)) {
            return Err(Refusal::bad_input("tagline", "1 to 160 characters on one line"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!("#1F5fd0".parse(), Ok(Accent([0x1f, 0x5f, 0xd0])));
        assert_eq!(String::from(Accent([0, 10, 255])), "#000aff");
        for wrong in ["", "1f5fd0", "#1f5fd", "#1f5fd00", "#+f5fd0", "#گگگ", "#1f5fdg", "#1f5fd0;x:y"] {
            assert!(wrong.parse::<Accent>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn taglines_are_one_line() {
        let look = |line: &str| Look { tagline: Some(line.to_owned()), ..Look::default() }.checked();
        assert!(look("Fast and quiet").is_ok());
        for wrong in ["", "  ", "two\nlines", &"x".repeat(161)] {
            assert!(look(wrong).is_err(), "{wrong:?}");
        }
    }
}
