//! The mail with a code, in words.

use crate::{
    domain::{
        proof::CODE_LIFETIME,
        shop::{Locale, Shop},
    },
    ports::mailer::Mail,
    secret::Secret,
    text::{self, Arg},
};

/// A mail with a code, and with a link unless the code is to be typed where it was asked for.
pub(super) fn code(shop: &Shop, locale: Locale, to: &str, digits: &str, link: Option<&str>) -> Mail {
    let say = |key: &str| {
        let minutes = Arg::Number(CODE_LIFETIME.as_mins());
        text::with(locale, key, &[("shop", Arg::Text(&shop.name)), ("minutes", minutes)])
    };
    let purpose = say(if link.is_some() { "mail-code-sign-in" } else { "mail-code-add" });
    let (valid, ignore) = (say("mail-code-valid"), say("mail-code-ignore"));
    let subject = text::plain(&say("mail-code-subject"));
    let mut plain = vec![purpose.clone(), String::new(), digits.to_owned(), String::new()];
    let mut html = vec![
        format!("<p>{}</p>", escaped(&purpose)),
        format!("<p dir=\"ltr\" style=\"font-size:2em;letter-spacing:.2em\"><b>{digits}</b></p>"),
    ];
    if let Some(link) = link {
        let (or, open) = (say("mail-code-link"), say("mail-code-open"));
        html.push(format!("<p>{}</p>", escaped(&or)));
        html.push(format!("<p><a href=\"{}\">{}</a></p>", escaped(link), escaped(&open)));
        plain.extend([or, link.to_owned(), String::new()]);
    }
    html.push(format!("<p>{}<br>{}</p>", escaped(&valid), escaped(&ignore)));
    plain.extend([valid, ignore, String::new()]);
    Mail {
        to: Secret::new(to.to_owned()),
        from_name: shop.name.clone(),
        text: Secret::new(text::plain(&plain.join("\n"))),
        html: Secret::new(page(locale, &subject, &html.concat())),
        subject,
        in_reply_to: None,
        automatic: false,
        reply_to: None,
    }
}

/// Paragraphs as a mail, with a link under them.
pub(in crate::engine) fn html(locale: Locale, title: &str, lines: &[String], link: Option<&str>) -> String {
    let mut body: Vec<String> = lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
    body.extend(link.map(|link| format!("<p><a href=\"{0}\">{0}</a></p>", escaped(link))));
    page(locale, title, &body.concat())
}

fn page(locale: Locale, title: &str, body: &str) -> String {
    let direction = if locale == Locale::Fa { "rtl" } else { "ltr" };
    format!(
        "<!doctype html><html lang=\"{}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:Tahoma,Arial,sans-serif\">{body}</body></html>\n",
        locale.tag(),
        escaped(title)
    )
}

/// A shop's name is the operator's text, and an operator is not the mail's author.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{money::Currency, shop::TrialNeeds};
    use uuid::Uuid;

    fn shop() -> Shop {
        Shop {
            id: Uuid::nil().into(),
            name: "<b>Fast & Free</b>".to_owned(),
            currency: Currency::Usd,
            locale: Locale::En,
            hosts: Vec::new(),
            support_url: None,
            look: crate::domain::look::Look::default(),
            trial_plan: None,
            trial_needs: TrialNeeds::None,
            adoption_plan: None,
            timezone: None,
            telegram: None,
            maintenance: None,
            grace: crate::domain::subscription::GraceTerms::NONE,
            automatic_rates: false,
            test: false,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_mail_holds_code_and_link_in_both_forms_and_every_language() {
        for locale in Locale::ALL {
            let mail = code(&shop(), locale, "a@b.example", "01234567", Some("https://s.example/x?a&b"));
            assert!(mail.text.expose().contains("\n01234567\n"), "{locale:?}");
            assert!(mail.text.expose().contains("\nhttps://s.example/x?a&b\n"));
            assert!(mail.html.expose().contains("<b>01234567</b>"));
            assert!(mail.html.expose().contains("href=\"https://s.example/x?a&amp;b\""));
            let direction = if locale == Locale::Fa { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
            assert!(mail.html.expose().contains(direction));
            assert!(!mail.html.expose().contains("<b>Fast"), "a name is no markup");
            assert!(!mail.html.expose().contains("mail-code"), "every sentence is there");
            assert!(!mail.subject.contains("01234567"), "it is shown on locked screens");
            assert!(!mail.text.expose().contains('\u{2068}'));
        }
    }

    #[test]
    fn a_mail_for_adding_an_address_has_no_link() {
        let mail = code(&shop(), Locale::En, "a@b.example", "01234567", None);
        assert!(!mail.html.expose().contains("href"));
        assert!(!mail.text.expose().contains("http"));
    }
}
