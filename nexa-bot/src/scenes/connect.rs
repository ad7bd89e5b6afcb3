//! From the subscription to a device that is connected: the link, its picture, and an app for each kind of device.

use crate::{
    action::{Action, Platform},
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    apps::{APPS, System},
    error::Error,
    ids::SubscriptionId,
    storefront::model::QrFormat,
    text::Arg,
};

/// Apps that are shown for one kind of device.
const MOST_APPS: usize = 4;

/// The link as a picture and as a text to copy.
pub async fn link(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let screen = card(&talk, subscription).await?;
    talk.show(screen).await
}

/// The link's card: what a customer forwards to a second device, or keeps.
pub async fn card(talk: &Talk, subscription: SubscriptionId) -> Result<Screen, Error> {
    let id = subscription.to_string();
    let front = talk.front();
    let view = front.subscription(&id).await?;
    let picture = front.link_qr(&id, QrFormat::Png).await?;
    Ok(Screen::default()
        .picture(picture)
        .strong(&talk.say("my-link"))
        .code(&view.link)
        .line(&talk.say("bot-link-hint"))
        .row(Key::copy(&talk.say("copy"), &view.link))
        .row([talk.key("bot-connect", Action::Connect(subscription))])
        .row([talk.key("bot-back", Action::Subscription(subscription))]))
}

/// What comes by itself when a subscription is ready: its link, and the way onto the first device.
pub async fn ready(talk: &Talk, subscription: SubscriptionId) -> Result<Screen, Error> {
    let id = subscription.to_string();
    let front = talk.front();
    let view = front.subscription(&id).await?;
    let picture = front.link_qr(&id, QrFormat::Png).await?;
    let until = talk.date(&view.ends_at);
    let note = front.purchase_note(&id, Some(talk.locale().tag())).await?;
    let screen = Screen::default()
        .picture(picture)
        .strong(&talk.say("bot-ready"))
        .line(&talk.tell("valid-until", &[("until", Arg::Text(&until))]))
        .code(&view.link)
        .line(&talk.say("bot-link-hint"));
    let said = note.iter().flat_map(|note| &note.lines).fold(screen, |screen, line| screen.line(line));
    Ok(said
        .row([talk.key("bot-connect", Action::Connect(subscription))])
        .row(Key::copy(&talk.say("copy"), &view.link))
        .row([
            talk.key("bot-service", Action::Subscription(subscription)),
            talk.key("bot-home", Action::Home),
        ]))
}

/// Which device?
pub async fn connect(talk: Talk, subscription: SubscriptionId) -> Outcome {
    talk.front().subscription(&subscription.to_string()).await?;
    let key =
        |platform: Platform| Key::tap(system(platform).name(), Action::ConnectOn(subscription, platform));
    let [android, ios, windows, macos, linux] = Platform::ALL.map(key);
    let screen = Screen::titled(&talk.say("bot-connect"))
        .line(&talk.say("bot-connect-which"))
        .row([android, ios])
        .row([windows, macos, linux])
        .row([talk.key("bot-link", Action::Link(subscription))])
        .row([talk.key("bot-back", Action::Subscription(subscription))]);
    talk.show(screen).await
}

/// Three steps for one kind of device. Telegram opens only web addresses, so `/open/` hands the link on to the app.
pub async fn on(talk: Talk, (subscription, platform): (SubscriptionId, Platform)) -> Outcome {
    let view = talk.front().subscription(&subscription.to_string()).await?;
    let system = system(platform);
    let apps = APPS.iter().filter_map(|app| Some((app, app.store(system)?))).take(MOST_APPS);
    let mut screen = Screen::titled(&talk.tell("bot-connect-on", &[("system", Arg::Text(system.name()))]))
        .gap()
        .line(&talk.say("bot-connect-one"))
        .line(&talk.say("bot-connect-two"))
        .line(&talk.say("bot-connect-three"));
    for (app, store) in apps {
        let get = talk.tell("bot-app-get", &[("app", Arg::Text(app.name))]);
        let add = talk.tell("bot-app-add", &[("app", Arg::Text(app.name))]);
        let open = format!("{}/open/{}", view.link, app.id);
        screen = screen.row(Key::open(&get, store).into_iter().chain(Key::open(&add, &open)));
    }
    let screen = screen
        .row([talk.key("bot-link", Action::Link(subscription))])
        .row([talk.key("bot-back", Action::Connect(subscription))]);
    talk.show(screen).await
}

fn system(platform: Platform) -> System {
    match platform {
        Platform::Android => System::Android,
        Platform::Ios => System::Ios,
        Platform::Windows => System::Windows,
        Platform::Macos => System::MacOs,
        Platform::Linux => System::Linux,
    }
}
