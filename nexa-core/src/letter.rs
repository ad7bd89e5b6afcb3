//! Mails as they come in (RFC 5322 and MIME), read for what matters of them. What they hold is a stranger's: nothing here
//! trusts it, follows it or shows it as markup.

use crate::domain::letter::{Bounce, Letter};
use mail_parser::{Addr, Address, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

/// Pictures that are taken from one mail, at most.
const PICTURES: usize = 4;
/// Names of other things that came along, at most.
const OTHERS: usize = 10;
/// Letters of such a name.
const NAME: usize = 80;

/// The letter in these bytes; none when they are no mail.
#[must_use]
pub fn read(raw: &[u8]) -> Option<Letter> {
    let mail = MessageParser::default().parse(raw)?;
    let report = report(&mail);
    let mut letter = Letter {
        id: mail.message_id().map(str::to_owned),
        from: mail.from().and_then(Address::first).and_then(Addr::address).map(str::to_lowercase),
        to: recipients(&mail),
        automatic: is_report(&mail) || is_automatic(&mail),
        report,
        subject: mail.subject().unwrap_or_default().to_owned(),
        text: mail.body_text(0).map(std::borrow::Cow::into_owned).unwrap_or_default(),
        ..Letter::default()
    };
    (letter.from.is_some() || letter.report.is_some()).then_some(())?;
    for part in mail.attachments() {
        take(&mut letter, part);
    }
    Some(letter)
}

fn take(letter: &mut Letter, part: &MessagePart<'_>) {
    let kind = part.content_type().map(|kind| kind.ctype().to_ascii_lowercase()).unwrap_or_default();
    if kind == "image" && letter.pictures.len() < PICTURES && crate::picture::is_one(part.contents()) {
        letter.pictures.push(part.contents().to_vec());
    } else if letter.others.len() < OTHERS {
        let name = part.attachment_name().unwrap_or("?");
        letter.others.push(name.chars().filter(|c| !c.is_control()).take(NAME).collect());
    }
}

/// Everybody whom a mail names as its reader, also those whom only the last server knows.
fn recipients(mail: &Message<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for list in [mail.to(), mail.cc()].into_iter().flatten() {
        all.extend(list.iter().filter_map(|one| one.address()).map(str::to_lowercase));
    }
    for name in ["Delivered-To", "X-Original-To", "X-Envelope-To", "Envelope-To"] {
        if let Some(value) = mail.header_raw(name) {
            all.push(value.trim().trim_matches(['<', '>']).to_lowercase());
        }
    }
    all
}

/// Whether a program wrote it (RFC 3834, and what older ones do instead).
fn is_automatic(mail: &Message<'_>) -> bool {
    let value = |name: &str| mail.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let submitted = value("Auto-Submitted").is_some_and(|value| !value.starts_with("no"));
    let bulk = value("Precedence").is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list"));
    let list = ["List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Loop", "Feedback-ID"];
    let nobody = value("Return-Path").is_some_and(|value| value == "<>");
    let daemon = mail.from().and_then(Address::first).and_then(Addr::address).is_some_and(|from| {
        let local = from.split('@').next().unwrap_or_default().to_ascii_lowercase();
        matches!(local.as_str(), "mailer-daemon" | "postmaster" | "noreply" | "no-reply")
    });
    submitted || bulk || nobody || daemon || list.iter().any(|name| mail.header_raw(*name).is_some())
}

/// Whether it is a delivery status notification (RFC 3464).
fn is_report(mail: &Message<'_>) -> bool {
    mail.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
            && kind.attribute("report-type").is_none_or(|of| of.eq_ignore_ascii_case("delivery-status"))
    })
}

/// What a delivery status notification says of a mail of ours; none when it arrived, may arrive yet, or was turned away
/// because of us.
fn report(mail: &Message<'_>) -> Option<Bounce> {
    if !is_report(mail) {
        return None;
    }
    let about = mail.parts.iter().find(|part| {
        part.content_type()
            .is_some_and(|kind| kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("delivery-status")))
    })?;
    let text = match &about.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        _ => String::from_utf8_lossy(about.contents()).into_owned(),
    };
    let field = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))?;
        line.get(name.len()..).map(|value| value.trim().to_ascii_lowercase())
    };
    if field("Action:")? != "failed" {
        return None;
    }
    Bounce::of(field("Status:")?.split_whitespace().next()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(headers: &str, body: &str) -> String {
        let all = format!(
            "From: Sara <Sara@Example.org>\nTo: support+rabc@shop.example\nSubject: Hello\n\
            Message-ID: <one@example.org>\n{headers}\n{body}"
        );
        all.replace('\n', "\r\n")
    }

    #[test]
    fn a_plain_mail_is_read() {
        let letter = read(mail("", "It works.\n").as_bytes()).unwrap();
        assert_eq!(letter.id.as_deref(), Some("one@example.org"));
        assert_eq!(letter.from.as_deref(), Some("sara@example.org"));
        assert_eq!(letter.to, ["support+rabc@shop.example"]);
        assert_eq!((letter.subject.as_str(), letter.text.trim()), ("Hello", "It works."));
        assert!(!letter.automatic && letter.report.is_none());
    }

    #[test]
    fn persian_comes_through_and_markup_does_not() {
        let headers =
            "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n";
        let html = data_encoding::BASE64.encode("<p>سلام <b>دوست</b><script>x()</script></p>".as_bytes());
        let letter = read(mail(headers, &html).as_bytes()).unwrap();
        assert!(letter.text.contains("سلام") && letter.text.contains("دوست"), "{}", letter.text);
        assert!(!letter.text.contains('<'), "{}", letter.text);
    }

    #[test]
    fn what_programs_write_is_known() {
        for header in [
            "Auto-Submitted: auto-replied\n",
            "Auto-Submitted: auto-generated (rejected)\n",
            "Precedence: bulk\n",
            "List-Id: <news.example.org>\n",
            "Return-Path: <>\n",
            "X-Autoreply: yes\n",
        ] {
            assert!(read(mail(header, "away").as_bytes()).unwrap().automatic, "{header}");
        }
        assert!(!read(mail("Auto-Submitted: no\n", "here").as_bytes()).unwrap().automatic);
    }

    fn bounce(action: &str, status: &str) -> String {
        let headers =
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n";
        let body = format!(
            "--x\nContent-Type: text/plain\n\nSorry.\n--x\nContent-Type: message/delivery-status\n\n\
            Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; sara@example.org\nAction: {action}\n\
            Status: {status}\n\n--x\nContent-Type: text/rfc822-headers\n\nSubject: Hi\n--x--\n"
        );
        mail(headers, &body)
    }

    #[test]
    fn reports_are_told_apart() {
        for (action, status, expected) in [
            ("failed", "5.1.1", Some(Bounce::Hard)),
            ("failed", "5.2.1 (mailbox disabled)", Some(Bounce::Hard)),
            ("failed", "5.2.2", Some(Bounce::Soft)),
            ("failed", "5.2.10", Some(Bounce::Soft)),
            ("failed", "5.1.8 (bad sender)", None),
            ("failed", "5.7.1", None),
            ("failed", "4.4.1", Some(Bounce::Soft)),
            ("delayed", "4.4.1", None),
            ("delivered", "2.0.0", None),
        ] {
            let letter = read(bounce(action, status).as_bytes()).unwrap();
            assert_eq!(letter.report, expected, "{action} {status}");
            assert!(letter.automatic, "{action} {status}");
        }
    }

    #[test]
    fn pictures_are_taken_and_others_named() {
        let png = data_encoding::BASE64.encode(&crate::qr::png("hi").unwrap());
        let headers = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n";
        let body = format!(
            "--x\nContent-Type: text/plain\n\nSee.\n--x\nContent-Type: image/png\n\
            Content-Disposition: attachment; filename=a.png\nContent-Transfer-Encoding: base64\n\n{png}\n\
            --x\nContent-Type: image/svg+xml\nContent-Disposition: attachment; filename=b.svg\n\n<svg/>\n\
            --x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"c.pdf\"\n\nx\n--x--\n"
        );
        let letter = read(mail(headers, &body).as_bytes()).unwrap();
        assert_eq!(letter.pictures.len(), 1);
        assert_eq!(letter.others, ["b.svg", "c.pdf"]);
        assert_eq!(letter.text.trim(), "See.");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..400)) {
            drop(read(&raw));
        }
    }
}
