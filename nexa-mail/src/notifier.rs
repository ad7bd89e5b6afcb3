//! Notices by mail: the same sentences as in the messenger, as text and as HTML, with one click that ends them.

use crate::smtp::{Smtp, Verdict};
use async_trait::async_trait;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{Mailbox, MultiPart},
};
use nexa_core::{
    domain::{
        letter::{Bounce, MARK},
        notice::{Notice, NoticeRecord},
        shop::{Locale, Shop},
    },
    ports::notifier::{Delivery, MailRoute, Notifier, Recipient},
    text::{self, Arg},
};
use std::sync::Arc;

/// Letters of a subject, at most.
const SUBJECT: usize = 120;

/// Tells customers by mail.
pub struct Post(Arc<Smtp>);

impl Post {
    /// Over this mail server.
    #[must_use]
    pub fn new(smtp: Arc<Smtp>) -> Self {
        Self(smtp)
    }
}

#[async_trait]
impl Notifier for Post {
    fn channel(&self) -> &'static str {
        "mail"
    }

    async fn deliver(
        &self,
        shop: &Shop,
        to: Recipient<'_>,
        notice: &NoticeRecord,
        locale: Locale,
    ) -> Delivery {
        let Some(route) = to.mail else { return Delivery::NoAddress };
        // An address that no mail can be written to is one that nobody has.
        let Some((message, envelope)) = written(self.0.from(), shop, route, notice, locale) else {
            return Delivery::Bounced(Bounce::Hard);
        };
        match self.0.hand_over(&envelope, &message.formatted()).await {
            Verdict::Taken => Delivery::Sent,
            Verdict::Nobody(_) => Delivery::Bounced(Bounce::Hard),
            Verdict::Refused(_) => Delivery::Bounced(Bounce::Soft),
            Verdict::Unwelcome(why) | Verdict::Away(why) | Verdict::Unclear(why) => Delivery::Failed(why),
        }
    }
}

/// The mail, and whom it goes to and comes back to.
fn written(
    from: &Address,
    shop: &Shop,
    route: &MailRoute,
    notice: &NoticeRecord,
    locale: Locale,
) -> Option<(Message, Envelope)> {
    let to = route.address.expose().parse::<Address>().ok()?;
    let name: String = shop.name.chars().filter(|c| !c.is_control()).collect();
    let body = Body::of(&name, route, &notice.notice, locale);
    let mut builder = Message::builder()
        .from(Mailbox::new(Some(name.clone()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(body.subject.clone())
        // A notice that goes out twice after a crash is one mail to its reader's program.
        .message_id(Some(format!("<{}@{}>", notice.id, from.domain())));
    if let Some(reply) = route.reply_to.as_deref().and_then(|to| to.parse::<Address>().ok()) {
        builder = builder.reply_to(Mailbox::new(Some(name.clone()), reply));
    }
    if let Notice::TicketAnswered { ticket } = notice.notice {
        // All mails of a ticket stand together.
        builder = builder.references(format!("<{ticket}@{}>", from.domain()));
    }
    let mut message = builder
        .multipart(MultiPart::alternative_plain_html(
            body.plain(),
            body.html(&String::from(shop.look.accent)),
        ))
        .ok()?;
    let mut raw = |name: &'static str, value: String| {
        let name = HeaderName::new_from_ascii_str(name);
        message.headers_mut().insert_raw(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value));
    };
    raw("Auto-Submitted", "auto-generated".to_owned());
    if let Some(url) =
        route.unsubscribe.as_ref().filter(|url| url.is_ascii() && !url.contains(['<', '>', ' ']))
    {
        raw("List-Unsubscribe", format!("<{url}>"));
        raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
    }
    let back = route.bounces_to.as_deref().and_then(|to| to.parse::<Address>().ok());
    let envelope = Envelope::new(Some(back.unwrap_or_else(|| from.clone())), vec![to]).ok()?;
    Some((message, envelope))
}

/// What a mail says.
struct Body<'a> {
    shop: &'a str,
    route: &'a MailRoute,
    locale: Locale,
    subject: String,
    /// The line that answers go above.
    above: Option<String>,
    title: String,
    text: String,
    open: String,
    why: String,
    end: String,
}

impl<'a> Body<'a> {
    fn of(shop: &'a str, route: &'a MailRoute, notice: &Notice, locale: Locale) -> Self {
        let told = text::message(locale, notice);
        let say = |key: &str| text::plain(&text::with(locale, key, &[("shop", Arg::Text(shop))]));
        let subject = told.text.chars().filter(|c| !c.is_control()).take(SUBJECT).collect();
        let open = told.actions.first().map_or_else(|| say("letter-open"), |(_, label)| text::plain(label));
        Self {
            shop,
            route,
            locale,
            subject,
            above: route.reply_to.is_some().then(|| say("letter-reply")),
            title: told.title,
            text: told.text,
            open,
            why: say("letter-why"),
            end: say("letter-unsubscribe"),
        }
    }

    fn plain(&self) -> String {
        let mut lines = Vec::new();
        if let Some(above) = &self.above {
            lines.extend([MARK.to_owned(), above.clone(), String::new()]);
        }
        lines.extend([self.text.clone(), String::new()]);
        if let Some(quoted) = &self.route.quoted {
            lines.extend([quoted.expose().clone(), String::new()]);
        }
        lines.extend([format!("{}: {}", self.open, self.route.page), String::new(), self.why.clone()]);
        if let Some(url) = &self.route.unsubscribe {
            lines.push(format!("{}: {url}", self.end));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    fn html(&self, accent: &str) -> String {
        let direction = if self.locale == Locale::Fa { "rtl" } else { "ltr" };
        let small = "color:#667;font-size:.85em";
        let above = self
            .above
            .as_deref()
            .map(|above| format!("<p style=\"{small}\">{MARK}<br>{}</p>", escaped(above)));
        let quoted = self.route.quoted.as_ref().map(|quoted| {
            let lines: Vec<String> = quoted.expose().lines().map(escaped).collect();
            format!("<p dir=\"auto\">{}</p>", lines.join("<br>"))
        });
        let end = self
            .route
            .unsubscribe
            .as_ref()
            .map(|url| format!("<br><a href=\"{}\">{}</a>", escaped(url), escaped(&self.end)));
        let said = format!(
            "<p style=\"color:{accent};font-weight:bold\">{}</p><p>{}</p>",
            escaped(self.shop),
            escaped(&self.text)
        );
        let open = format!(
            "<p><a href=\"{}\" style=\"display:inline-block;padding:.6em 1.2em;border-radius:.5em;background:{accent};\
             color:#fff;text-decoration:none\">{}</a></p><p style=\"{small}\">{}",
            escaped(&self.route.page),
            escaped(&self.open),
            escaped(&self.why)
        );
        let body =
            [above.unwrap_or_default(), said, quoted.unwrap_or_default(), open, end.unwrap_or_default()]
                .concat();
        format!(
            "<!doctype html><html lang=\"{}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"font-family:Tahoma,Arial,sans-serif;line-height:1.7\">{body}</p></body></html>\n",
            self.locale.tag(),
            escaped(&self.title)
        )
    }
}

/// A shop's name and an answer are somebody's text, and no markup.
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
