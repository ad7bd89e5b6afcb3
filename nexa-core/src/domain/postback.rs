//! Postbacks: the address by which whoever advertises a shop hears what a click came to.

use super::refusal::Refusal;

/// Letters that an address may have.
const MOST_URL: usize = 500;
/// Letters that the name of a click may have.
pub const MOST_CLICK: usize = 64;
/// What can be put into an address.
const PLACES: [&str; 6] = ["campaign", "click", "event", "order", "amount", "currency"];

/// What may come of a click.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Somebody signed up.
    SignUp,
    /// They began a trial.
    Trial,
    /// They paid their first plan.
    FirstOrder,
    /// The price of that plan went back to them.
    Refund,
}

impl Outcome {
    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::Trial => "trial",
            Self::FirstOrder => "first_order",
            Self::Refund => "refund",
        }
    }
}

/// What a postback tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told<'a> {
    /// The campaign's code.
    pub campaign: &'a str,
    /// The click's name, as the landing page was given it; empty without one.
    pub click: &'a str,
    /// What happened; see [`Outcome::name`].
    pub event: &'a str,
    /// The order's id; empty when it is about none.
    pub order: &'a str,
    /// Its amount as a decimal number; empty when it is about none.
    pub amount: &'a str,
    /// The currency of that.
    pub currency: &'a str,
}

/// Whether a text may name a click: letters, digits, and what stays itself in any address.
#[must_use]
pub fn is_click(text: &str) -> bool {
    let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    (1..=MOST_CLICK).contains(&text.len()) && text.bytes().all(safe)
}

/// An address with places to fill in. Refuses what is not HTTPS, names no host, carries a name and password, or has a
/// place that nobody fills or that stands in the host.
pub fn checked(template: &str) -> Result<String, Refusal> {
    let wrong = || {
        Refusal::bad_input(
            "postback_url",
            "an https address; {campaign}, {click}, {event}, {order}, {amount}, {currency}",
        )
    };
    let template = template.trim();
    let rest = template.strip_prefix("https://").ok_or_else(wrong)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = host.contains('.') && !host.starts_with('.') && !host.contains(['@', '{', '}', '\\']);
    let plain = template
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'|'));
    let filled = PLACES.iter().fold(rest.to_owned(), |text, place| text.replace(&format!("{{{place}}}"), ""));
    if named && plain && template.len() <= MOST_URL && !filled.contains(['{', '}', '#']) {
        Ok(template.to_owned())
    } else {
        Err(wrong())
    }
}

/// The address with its places filled in; each value is percent-encoded, so none can become more than a value.
#[must_use]
pub fn expand(template: &str, told: Told<'_>) -> String {
    let values = [told.campaign, told.click, told.event, told.order, told.amount, told.currency];
    let mut made = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        made.push_str(before);
        let hit = PLACES.iter().zip(values).find_map(|(place, value)| {
            let behind = from.strip_prefix('{')?.strip_prefix(place)?.strip_prefix('}')?;
            Some((value, behind))
        });
        rest = match hit {
            Some((value, behind)) => {
                encode(value, &mut made);
                behind
            }
            None => from.strip_prefix('{').unwrap_or_default(),
        };
    }
    made.push_str(rest);
    made
}

/// Percent-encoding of all but the unreserved characters (RFC 3986, section 2.3).
fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            for half in [byte >> 4, byte & 15] {
                into.extend(char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOLD: Told<'_> = Told {
        campaign: "spring",
        click: "a b&c",
        event: "first_order",
        order: "1",
        amount: "5.00",
        currency: "USD",
    };

    #[test]
    fn values_are_filled_in_and_stay_values() {
        let template = checked(
            "https://ads.example/pb?c={campaign}&k={click}&e={event}&o={order}&a={amount}&u={currency}",
        );
        let made = expand(&template.unwrap(), TOLD);
        assert_eq!(made, "https://ads.example/pb?c=spring&k=a%20b%26c&e=first_order&o=1&a=5.00&u=USD");
        let odd = Told { click: "{order}", ..TOLD };
        assert_eq!(
            expand("https://a.example/{click}", odd),
            "https://a.example/%7Border%7D",
            "not filled in twice"
        );
    }

    #[test]
    fn only_addresses_that_lead_where_they_say_are_taken() {
        for wrong in [
            "",
            "http://a.example/",
            "https://",
            "https://localhost/",
            "https://{click}.example/",
            "https://a@b.example/",
            "https://a.example/{secret}",
            "https://a.example/{",
            "https://a.example/ x",
            "https://a.example/#x",
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
        assert!(checked(&format!("https://a.example/{}", "x".repeat(MOST_URL))).is_err());
    }

    proptest! {
        #[test]
        fn no_value_leaves_its_place(value in ".{0,40}") {
            let told = Told { click: &value, ..TOLD };
            let made = expand("https://a.example/?k={click}&end", told);
            let inner = made.strip_prefix("https://a.example/?k=").unwrap().strip_suffix("&end").unwrap();
            prop_assert!(inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'%')));
        }

        #[test]
        fn a_click_is_safe_as_it_stands(text in ".{0,80}") {
            if is_click(&text) {
                let mut made = String::new();
                encode(&text, &mut made);
                prop_assert_eq!(made, text);
            }
        }
    }
}
