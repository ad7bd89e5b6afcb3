//! The picture of a bank's receipt.

use crate::{
    action::Action,
    dialogue::Awaits,
    input::Picture,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Failure, Part, Retry},
    ids::{OrderId, PaymentId},
};
use teloxide::{net::Download, prelude::Requester};

/// The most bytes of a picture.
const MOST_BYTES: u32 = 5 * 1024 * 1024;

/// Asks for it.
pub async fn ask(talk: Talk, (order, payment): (OrderId, PaymentId)) -> Outcome {
    talk.front().order(&order.to_string()).await?;
    talk.remember(|memory| memory.awaits = Some(Awaits::Receipt { order, payment }));
    let screen = Screen::titled(&talk.say("send-receipt"))
        .line(&talk.say("bot-receipt-ask"))
        .row([talk.key("bot-never", Action::Order(order))]);
    talk.show(screen).await
}

/// Something else came.
pub async fn again(talk: Talk, (order, _): (OrderId, PaymentId)) -> Outcome {
    let screen =
        Screen::says(&talk.say("bot-receipt-picture")).row([talk.key("bot-never", Action::Order(order))]);
    talk.show(screen).await
}

/// Hands it in.
pub async fn take(talk: Talk, (order, payment): (OrderId, PaymentId), picture: Picture) -> Outcome {
    let bytes = fetched(&talk, &picture).await?;
    talk.front().upload_receipt(&payment.to_string(), bytes, picture.caption).await?;
    talk.remember(|memory| memory.awaits = None);
    let screen = Screen::titled(&talk.say("bot-receipt-taken"))
        .line(&talk.say("bot-receipt-waits"))
        .row([talk.key("bot-service-order", Action::Order(order)), talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

/// A picture's bytes, from Telegram.
pub async fn fetched(talk: &Talk, picture: &Picture) -> Result<Vec<u8>, Error> {
    if picture.bytes > MOST_BYTES {
        return Err(Refusal::TooLarge { limit: MOST_BYTES }.into());
    }
    let bot = talk.post().bot();
    let file = bot.get_file(picture.file.clone()).await.map_err(|_| lost())?;
    if file.meta.size > MOST_BYTES {
        return Err(Refusal::TooLarge { limit: MOST_BYTES }.into());
    }
    let mut bytes = Vec::new();
    bot.download_file(&file.path, &mut bytes).await.map_err(|_| lost())?;
    Ok(bytes)
}

fn lost() -> Error {
    let what = "Telegram did not give a picture".to_owned();
    Failure { part: Part::Notifier, retry: Retry::Soon, what }.into()
}
