//! What buttons name by more than an id.

/// The code of a coupon, as the core keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code(String);

impl Code {
    /// Of a coupon; none for what cannot be one.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        nexa_core::domain::coupon::code(code).filter(|plain| plain == code).map(Self)
    }

    /// As the core knows it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// What an article is known by: at most as many letters as a button carries beside the rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slug(String);

impl Slug {
    /// The longest that a button carries beside what is done with it: `hj:` and `:1` of 64 bytes.
    const MOST: usize = 58;

    /// Of an article; none for one that is too long for a button.
    #[must_use]
    pub fn of(slug: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=Self::MOST).contains(&slug.len()) && slug.bytes().all(plain);
        fits.then(|| Self(slug.to_owned()))
    }

    /// As the core knows it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}
