//! Whoever writes from an address that nobody proved is told once how to write.

use super::Taken;
use crate::{
    domain::{
        letter::Letter,
        shop::{Locale, Shop},
        support::SupportTerms,
    },
    engine::Core,
    error::Result,
    ids::ShopId,
    ports::{mailer::Mail, outcome::Outcome, storage::Inserted},
    secret::{Purpose, Secret},
    text::{self, Arg},
};
use jiff::SignedDuration;

/// How long the mail server may take.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

/// Answers once. Whoever wrote may not be who the mail says, so an address gets one such mail in a month, and a shop sends
/// at most five in an hour.
pub(super) async fn answer(
    core: &Core,
    terms: &SupportTerms,
    shop: ShopId,
    letter: &Letter,
    from: &str,
) -> Result<Taken> {
    let Some(mailer) = &core.mailer else { return Ok(Taken::Ignored) };
    let Ok(to) = crate::domain::user::email(from) else { return Ok(Taken::Ignored) };
    let now = core.world.now();
    let all = core.keys.fingerprint(Purpose::Mail, &format!("strangers|{shop}"));
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    drop(read);
    let mut tx = core.begin().await?;
    let one = core.keys.fingerprint(Purpose::Mail, &format!("stranger|{to}"));
    if tx.insert_letter(shop.id, &one, now).await? == Inserted::Taken
        || core.throttle.answering(&all, now).is_err()
    {
        return Ok(Taken::Ignored);
    }
    core.commit(tx).await?;
    let home = settings.home(&shop, &core.public_url);
    let mut mail = written(&shop, shop.locale, &to, &home);
    mail.in_reply_to.clone_from(&letter.id);
    mail.automatic = true;
    mail.reply_to.clone_from(&terms.address);
    match core.world.within(DEADLINE, mailer.send(&mail)).await {
        Some(Outcome::Done(())) => Ok(Taken::Answered),
        _ => Ok(Taken::Ignored),
    }
}

fn written(shop: &Shop, locale: Locale, to: &str, home: &str) -> Mail {
    let args = [("shop", Arg::Text(&shop.name))];
    let say = |key: &str| text::plain(&text::with(locale, key, &args));
    let subject = say("letter-stranger-subject");
    let tickets = format!("{home}/tickets");
    let lines = [say("letter-stranger-why"), say("letter-stranger-how")];
    Mail {
        to: Secret::new(to.to_owned()),
        from_name: shop.name.clone(),
        text: Secret::new(format!("{}\n\n{tickets}\n", lines.join("\n\n"))),
        html: Secret::new(crate::engine::account::html(locale, &subject, &lines, Some(&tickets))),
        subject,
        in_reply_to: None,
        automatic: false,
        reply_to: None,
    }
}
