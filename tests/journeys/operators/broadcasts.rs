//! One message to many: who gets it, once, and at the messenger's pace.

use crate::{
    journeys::accounts::{
        by_telegram, enters,
        telegram::{mini_app, sets_bot},
    },
    world::{Customer, Shop, days, dollars, minutes, on_every_storage, percent_off, refused},
};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    Nexa, Worker,
    backoffice::{
        Backoffice,
        model::{
            BotRequest, BroadcastRequest, BroadcastView, ButtonView, CouponTerms, SelectionView, TextsView,
            UpdateCouponRequest,
        },
    },
    domain::{
        broadcast::ButtonAction,
        notice::NoticeRecord,
        shop::{Locale, Shop as ShopRow},
    },
    ports::notifier::{Announcement, Delivery, Notifier, Recipient},
    secret::Keys,
    sim::{self, SimClock, panel_kind::FakePanelKind},
    storefront::model::PageRequest,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

on_every_storage!(
    everybody_gets_it_once_in_their_language,
    the_messenger_sets_the_pace,
    what_failed_is_sent_again_and_nothing_else,
    a_stopped_broadcast_stops,
    a_crash_repeats_the_one_message_under_way_at_most,
    those_who_left_or_were_blocked_get_nothing,
    a_bot_that_says_nothing_sends_nothing,
    a_broadcast_is_looked_at_before_it_is_sent,
    a_button_gives_only_a_coupon_that_works,
    those_whose_subscriptions_are_selected_get_it_once,
);

/// A messenger that says what it is told to, then that it took the message.
#[derive(Default)]
struct Messenger {
    answers: Mutex<VecDeque<Option<Delivery>>>,
    got: Mutex<Vec<(i64, Announcement)>>,
}

#[async_trait]
impl Notifier for Messenger {
    async fn deliver(&self, _: &ShopRow, _: Recipient<'_>, _: &NoticeRecord, _: Locale) -> Delivery {
        Delivery::NoAddress
    }

    async fn announce(&self, _: &ShopRow, to: i64, announcement: &Announcement) -> Delivery {
        let answer = self.answers.lock().expect("answers").pop_front().unwrap_or(Some(Delivery::Sent));
        if !matches!(answer, Some(Delivery::Later(..))) {
            self.got.lock().expect("messages").push((to, announcement.clone()));
        }
        answer.expect("a messenger that breaks after the message is out")
    }
}

/// The shop with a messenger.
struct Office {
    messenger: Arc<Messenger>,
    back: Arc<dyn Backoffice>,
    worker: Worker,
    clock: Arc<SimClock>,
}

impl Office {
    /// With so many customers from Telegram: 101, 102 and so on.
    async fn with(shop: &Shop, customers: i64) -> Self {
        sets_bot(shop).await;
        for id in 101..101 + customers {
            shop.clock.advance(minutes(1));
            enters(shop, by_telegram(mini_app(shop, id))).await.expect("a customer");
        }
        shop.works().await;
        let (world, clock) = sim::world(99, shop.now());
        let messenger = Arc::new(Messenger::default());
        let nexa = Nexa::builder(Arc::clone(&shop.storage), Keys::new([7; 32]))
            .world(world)
            .notifier(Arc::<Messenger>::clone(&messenger))
            .panel_kind(Arc::new(FakePanelKind::default()))
            .build();
        Self { messenger, back: nexa.backoffice(shop.operator_is.clone()), worker: nexa.worker(), clock }
    }

    /// The messenger's next answers; none for a crash.
    fn answers(&self, answers: impl IntoIterator<Item = Option<Delivery>>) {
        self.messenger.answers.lock().expect("answers").extend(answers);
    }

    /// Who got something so far.
    fn readers(&self) -> Vec<i64> {
        self.messenger.got.lock().expect("messages").iter().map(|(to, _)| *to).collect()
    }

    async fn works(&self) {
        for _ in 0..500 {
            match self.worker.tick().await.expect("the queue") {
                Some(due) if due <= nexa_core::world::Clock::now(&*self.clock) => {}
                _ => return,
            }
        }
        panic!("the worker does not come to rest");
    }

    async fn after(&self, step: SignedDuration) {
        self.clock.advance(step);
        self.works().await;
    }

    async fn sends(&self, request: BroadcastRequest) -> String {
        let id = self.back.draft_broadcast(request).await.expect("written").broadcast_id;
        assert_eq!(self.back.send_broadcast(&id, "key".to_owned()).await.expect("sent").state, "sending");
        id
    }

    async fn progress(&self, id: &str) -> (String, [u32; 5]) {
        let BroadcastView { state, progress: p, .. } = self.back.broadcast(id).await.expect("a broadcast");
        (state, [p.total, p.sent, p.blocked, p.failed, p.left])
    }
}

fn news() -> BroadcastRequest {
    let (en, ru) = (Some("New servers!".to_owned()), Some("Новые серверы!".to_owned()));
    BroadcastRequest {
        segment: "all".to_owned(),
        plan_id: None,
        group_id: None,
        locale: None,
        days: None,
        selection: None,
        texts: TextsView { fa: None, en, ru },
        buttons: None,
    }
}

async fn everybody_gets_it_once_in_their_language(shop: Shop) {
    let office = Office::with(&shop, 3).await;
    let session = enters(&shop, by_telegram(mini_app(&shop, 102))).await.expect("a session");
    let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
    shop.nexa.storefront(who).set_locale("ru").await.expect("Russian");
    shop.customer().await;
    let button = |action: &str, url: Option<&str>| ButtonView {
        label: "Look".to_owned(),
        action: action.to_owned(),
        url: url.map(str::to_owned),
        code: None,
    };
    let buttons = Some(vec![button("renew", None), button("open", Some("https://example.org/news"))]);
    let id = office.sends(BroadcastRequest { buttons, ..news() }).await;
    office.works().await;
    assert_eq!(office.readers(), [101, 102, 103], "not whoever has no Telegram account");
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [3, 3, 0, 0, 0]));
    let got = office.messenger.got.lock().expect("messages").clone();
    let texts: Vec<_> = got.iter().map(|(_, a)| a.text.as_str()).collect();
    assert_eq!(texts, ["New servers!", "Новые серверы!", "New servers!"]);
    let actions: Vec<_> = got[0].1.buttons.iter().map(|b| b.action.clone()).collect();
    assert_eq!(actions, [ButtonAction::Renew, ButtonAction::Open("https://example.org/news".to_owned())]);
    office.back.send_broadcast(&id, "key".to_owned()).await.expect("the same tap again");
    assert_eq!(refused(office.back.send_broadcast(&id, "another".to_owned()).await), "already_decided");
    office.after(days(1)).await;
    assert_eq!(office.readers().len(), 3, "once");
    let noted = shop.operator.actions(PageRequest::default()).await.expect("actions").items;
    let sent = noted.iter().find(|a| a.deed == "broadcast_sent").expect("noted");
    assert_eq!(sent.broadcast_id, Some(id));
}

async fn the_messenger_sets_the_pace(shop: Shop) {
    let office = Office::with(&shop, 3).await;
    let later = || Some(Delivery::Later(SignedDuration::from_secs(30), "slow down".to_owned()));
    office.answers([Some(Delivery::Sent), later(), later()]);
    let id = office.sends(news()).await;
    office.works().await;
    assert_eq!(office.readers(), [101]);
    assert_eq!(office.progress(&id).await, ("sending".to_owned(), [3, 1, 0, 0, 2]));
    office.after(SignedDuration::from_secs(29)).await;
    assert_eq!(office.readers(), [101], "not before the pause is over");
    office.after(SignedDuration::from_secs(2)).await;
    office.after(SignedDuration::from_secs(31)).await;
    assert_eq!(office.readers(), [101, 102, 103], "nobody twice, nobody forgotten");
    assert_eq!(office.progress(&id).await.0, "done");
}

async fn what_failed_is_sent_again_and_nothing_else(shop: Shop) {
    let office = Office::with(&shop, 4).await;
    let failed = || Some(Delivery::Failed("broken".to_owned()));
    office.answers([failed(), Some(Delivery::Blocked), Some(Delivery::Sent), failed()]);
    let id = office.sends(news()).await;
    assert_eq!(refused(office.back.resend_failed(&id).await), "already_decided", "it is on its way");
    office.works().await;
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [4, 1, 1, 2, 0]));
    office.messenger.got.lock().expect("messages").clear();
    office.back.resend_failed(&id).await.expect("again");
    office.works().await;
    assert_eq!(office.readers(), [101, 104]);
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [4, 3, 1, 0, 0]));
    assert_eq!(office.back.resend_failed(&id).await.expect("nothing to do").state, "done");
}

async fn a_stopped_broadcast_stops(shop: Shop) {
    let office = Office::with(&shop, 3).await;
    office.answers([Some(Delivery::Sent), Some(Delivery::Later(minutes(1), "slow down".to_owned()))]);
    let id = office.sends(news()).await;
    office.works().await;
    assert_eq!(office.back.stop_broadcast(&id).await.expect("stopped").state, "stopped");
    office.after(days(1)).await;
    assert_eq!(office.readers(), [101]);
    assert_eq!(office.progress(&id).await, ("stopped".to_owned(), [3, 1, 0, 0, 2]));
    for again in [office.back.stop_broadcast(&id).await, office.back.resend_failed(&id).await] {
        assert_eq!(refused(again), "already_decided");
    }
}

async fn a_crash_repeats_the_one_message_under_way_at_most(shop: Shop) {
    let office = Office::with(&shop, 4).await;
    office.answers([Some(Delivery::Sent), None]);
    let id = office.sends(news()).await;
    office.works().await;
    assert_eq!(office.readers(), [101, 102], "and what became of the second is not known");
    office.after(days(1)).await;
    assert_eq!(office.readers(), [101, 102, 102, 103, 104]);
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [4, 4, 0, 0, 0]));
}

async fn those_who_left_or_were_blocked_get_nothing(shop: Shop) {
    let office = Office::with(&shop, 4).await;
    let blocks = async |telegram: &str| {
        let user = shop.operator.find_user(telegram).await.expect("a customer").user_id;
        shop.operator.block_user(&user, true).await.expect("blocked");
    };
    blocks("101").await;
    office.answers([Some(Delivery::Sent), Some(Delivery::Later(minutes(1), "slow down".to_owned()))]);
    let id = office.sends(news()).await;
    office.works().await;
    assert_eq!(office.readers(), [102]);
    blocks("103").await;
    office.after(minutes(2)).await;
    assert_eq!(office.readers(), [102, 104]);
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [3, 2, 1, 0, 0]));
}

async fn a_bot_that_says_nothing_sends_nothing(shop: Shop) {
    let office = Office::with(&shop, 1).await;
    let made = office.back.draft_broadcast(news()).await.expect("a draft");
    let answers = |answers| BotRequest { answers: Some(answers), ..BotRequest::default() };
    office.back.update_bot(answers(false)).await.expect("stopped");
    let silent = office.back.send_broadcast(&made.broadcast_id, "key".to_owned()).await;
    assert_eq!(refused(silent), "telegram_unavailable");
    office.back.update_bot(answers(true)).await.expect("answers again");
    office.back.send_broadcast(&made.broadcast_id, "key".to_owned()).await.expect("sent");
}

async fn a_broadcast_is_looked_at_before_it_is_sent(shop: Shop) {
    let no_bot = shop.operator.draft_broadcast(news()).await.expect("written").broadcast_id;
    let sent = shop.operator.send_broadcast(&no_bot, "key".to_owned()).await;
    assert_eq!(refused(sent), "telegram_unavailable", "nobody could be reached");
    let office = Office::with(&shop, 2).await;
    let preview = office.back.preview_broadcast(&no_bot).await.expect("a preview");
    assert_eq!(preview.recipients, 2);
    let seen: Vec<_> = preview.texts.iter().map(|t| (t.locale.as_str(), t.text.as_str())).collect();
    assert_eq!(seen, [("fa", "New servers!"), ("en", "New servers!"), ("ru", "Новые серверы!")]);
    office.works().await;
    assert!(office.readers().is_empty(), "nobody before it is sent");
    let persian = TextsView { fa: Some("سلام".to_owned()), ..TextsView::default() };
    for wrong in [
        BroadcastRequest { texts: persian, ..news() },
        BroadcastRequest { segment: "everybody".to_owned(), ..news() },
        BroadcastRequest { segment: "plan".to_owned(), ..news() },
    ] {
        assert_eq!(refused(office.back.draft_broadcast(wrong).await), "bad_input");
    }
    let listed = office.back.broadcasts(PageRequest::default()).await.expect("a list").items;
    assert_eq!(listed.iter().map(|b| b.state.as_str()).collect::<Vec<_>>(), ["draft"]);
}

async fn those_whose_subscriptions_are_selected_get_it_once(shop: Shop) {
    let office = Office::with(&shop, 3).await;
    for (id, months) in [(101, 2), (102, 1)] {
        let session = enters(&shop, by_telegram(mini_app(&shop, id))).await.expect("a session");
        let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
        let customer = Customer::with(&shop, who);
        for _ in 0..months {
            customer.receives(dollars(5)).await;
            customer.orders("wallet").await.expect("a month");
            shop.works().await;
        }
    }
    let of = |plan_id: &str| {
        let selection = Some(SelectionView { plan_id: Some(plan_id.to_owned()), ..SelectionView::default() });
        BroadcastRequest { segment: "selected".to_owned(), selection, ..news() }
    };
    let other = shop.adds_plan("Year", 365, 1 << 30, dollars(50)).await;
    let nobody = office.back.draft_broadcast(of(&other)).await.expect("written").broadcast_id;
    assert_eq!(office.back.preview_broadcast(&nobody).await.expect("a preview").recipients, 0);
    let id = office.sends(of(&shop.month)).await;
    assert_eq!(office.back.broadcast(&id).await.expect("it").selection, of(&shop.month).selection);
    office.works().await;
    assert_eq!(office.readers(), [101, 102], "once each, and nobody without a month");
    assert_eq!(office.progress(&id).await, ("done".to_owned(), [2, 2, 0, 0, 0]));
    let missing = BroadcastRequest { selection: None, ..of(&other) };
    assert_eq!(refused(office.back.draft_broadcast(missing).await), "bad_input");
    let unknown = office.back.draft_broadcast(of("018f0000-0000-7000-8000-000000000001")).await;
    assert_eq!(refused(unknown), "not_found");
}

async fn a_button_gives_only_a_coupon_that_works(shop: Shop) {
    let office = Office::with(&shop, 1).await;
    let spring = shop.adds_coupon("SPRING20", percent_off(20)).await;
    let until = Some((shop.now() + days(1)).to_string());
    shop.adds_coupon("SOON-OVER", CouponTerms { until, ..percent_off(10) }).await;
    let from = Some((shop.now() + days(9)).to_string());
    shop.adds_coupon("NOT-YET", CouponTerms { from, ..percent_off(10) }).await;
    let gives = |code: &str| {
        let (action, code) = ("coupon".to_owned(), Some(code.to_owned()));
        let button = ButtonView { label: "Take it".to_owned(), action, url: None, code };
        BroadcastRequest { buttons: Some(vec![button]), ..news() }
    };
    for unknown in ["NOT-YET", "NOBODYS", "x"] {
        assert_eq!(refused(office.back.draft_broadcast(gives(unknown)).await), "coupon_unknown", "{unknown}");
    }
    let short = office.back.draft_broadcast(gives("soon-over")).await.expect("written").broadcast_id;
    office.clock.advance(days(2));
    assert_eq!(refused(office.back.draft_broadcast(gives("SOON-OVER")).await), "coupon_expired");
    let late = office.back.send_broadcast(&short, "short".to_owned()).await;
    assert_eq!(refused(late), "coupon_expired", "it worked when it was written");
    let id = office.sends(gives("spring ۲۰")).await;
    office.works().await;
    let got = office.messenger.got.lock().expect("messages").clone();
    let actions: Vec<_> = got.iter().flat_map(|(_, said)| &said.buttons).map(|b| b.action.clone()).collect();
    assert_eq!(actions, [ButtonAction::Coupon("SPRING20".to_owned())]);
    assert_eq!(office.progress(&id).await.0, "done");
    let off = UpdateCouponRequest { terms: percent_off(20), enabled: false };
    shop.operator.update_coupon(&spring.coupon_id, off).await.expect("switched off");
    assert_eq!(refused(office.back.draft_broadcast(gives("SPRING20")).await), "coupon_unknown");
}
