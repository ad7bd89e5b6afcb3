//! Invitations, campaigns, gifts and coupons.

use crate::{
    script::{Chat, in_every_language},
    services::with_a_month,
    world::Shop,
};
use nexa_core::{
    backoffice::model::{
        AddCouponRequest, BroadcastRequest, ButtonView, CampaignRequest, CouponTerms, TextsView,
    },
    domain::shop::Locale,
    storefront::model::{ReferralTermsView, WithdrawalTermsView},
    text,
};

in_every_language!(
    a_friend_is_invited,
    a_share_waits_and_can_be_withdrawn,
    a_campaign_brings_somebody,
    a_gift_is_given,
    a_gift_is_taken_back,
    a_gift_for_what_is_there,
    a_gift_that_is_none,
    a_coupon_by_its_link,
    a_coupon_that_is_typed,
    a_coupon_by_the_button_of_a_broadcast,
);

async fn buys(shop: &Shop, chat: &mut Chat) {
    chat.taps(shop, "bot-buy").await;
    chat.picks(shop, "👛").await;
    shop.works().await;
}

async fn a_friend_is_invited(locale: Locale) {
    let shop = Shop::open(locale).await;
    let terms = ReferralTermsView {
        on: true,
        reward_bp: 1000,
        hold_days: Some(0),
        welcome: Some(shop.money(50)),
        ..ReferralTermsView::default()
    };
    shop.operator.set_referral_terms(terms).await.expect("terms");
    let (mut ann, mut bob) = (Chat::new(&shop), Chat::new(&shop));
    ann.starts(&shop, None).await;
    ann.taps(&shop, "bot-invite").await;
    let link = ann.phone.copies(&text::get(locale, "copy"));
    let payload = link.rsplit_once("start=").expect("a bot's link").1.to_owned();
    ann.starts(&shop, Some(&payload)).await;
    bob.starts(&shop, Some(&payload)).await;
    shop.gives(&bob.phone, 500).await;
    buys(&shop, &mut bob).await;
    bob.hears("a few seconds later");
    assert!(ann.hears("the friend buys"), "a reward");
    assert_eq!(shop.wallet(&ann.phone).await, shop.money(50).minor, "a tenth");
    ann.taps(&shop, "bot-invite").await;
    bob.starts(&shop, Some(&payload)).await;
    ann.is_as_kept(&shop, "invites").await;
    bob.is_as_kept(&shop, "invited").await;
}

async fn a_share_waits_and_can_be_withdrawn(locale: Locale) {
    let shop = Shop::open(locale).await;
    let terms = ReferralTermsView {
        on: true,
        reward_bp: 1000,
        orders: Some("every".to_owned()),
        withdrawal: Some(WithdrawalTermsView { least: shop.money(20), ways: vec!["chain".to_owned()] }),
        ..ReferralTermsView::default()
    };
    shop.operator.set_referral_terms(terms).await.expect("terms");
    let (mut ann, mut bob) = (Chat::new(&shop), Chat::new(&shop));
    ann.starts(&shop, None).await;
    ann.taps(&shop, "bot-invite").await;
    let link = ann.phone.copies(&text::get(locale, "copy"));
    let payload = link.rsplit_once("start=").expect("a bot's link").1.to_owned();
    bob.starts(&shop, Some(&payload)).await;
    shop.gives(&bob.phone, 500).await;
    buys(&shop, &mut bob).await;
    assert_eq!(shop.wallet(&ann.phone).await, 0, "for two weeks");
    ann.starts(&shop, None).await;
    ann.taps(&shop, "bot-invite").await;
    ann.is_as_kept(&shop, "share_waits").await;
}

async fn a_campaign_brings_somebody(locale: Locale) {
    let shop = Shop::open(locale).await;
    let campaign =
        CampaignRequest { code: "spring".to_owned(), name: "Spring".to_owned(), postback_url: None };
    shop.operator.add_campaign(campaign).await.expect("a campaign");
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, Some("c_spring")).await;
    chat.starts(&shop, Some("c_spring")).await;
    let counted = shop.operator.campaigns().await.expect("campaigns").remove(0);
    assert_eq!(counted.sign_ups, 1, "counted once");
    chat.is_as_kept(&shop, "campaign").await;
}

/// A gift of a month is bought; gives its link's payload.
async fn bought(shop: &Shop, chat: &mut Chat) -> String {
    shop.gives(&chat.phone, 1000).await;
    chat.starts(shop, None).await;
    chat.taps(shop, "bot-gifts").await;
    chat.taps(shop, "bot-gift-buy").await;
    chat.picks(shop, shop.word("یک‌ماهه", "Month")).await;
    chat.picks(shop, "👛").await;
    shop.works().await;
    assert!(chat.hears("a few seconds later"), "the gift is ready");
    chat.taps(shop, "action-open-order").await;
    chat.taps(shop, "bot-gifts").await;
    let gift = shop.known(&chat.phone).await.1.gifts().await.expect("gifts").remove(0);
    gift.bot_link.expect("a link").rsplit_once("start=").expect("a payload").1.to_owned()
}

async fn a_gift_is_given(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut ann, mut bob, mut eve) = (Chat::new(&shop), Chat::new(&shop), Chat::new(&shop));
    let payload = bought(&shop, &mut ann).await;
    bob.starts(&shop, Some(&payload)).await;
    let label = text::get(locale, "bot-gift-claim");
    bob.phone.taps(&label);
    bob.phone.taps(&label);
    bob.passes(&shop, &format!("[{label}] twice")).await;
    shop.works().await;
    assert!(bob.hears("a few seconds later"), "it is ready");
    assert!(ann.hears("the friend takes it"), "it was taken");
    bob.starts(&shop, Some(&payload)).await;
    assert!(!bob.phone.is_offered(&label), "it is not offered again");
    ann.taps(&shop, "bot-home").await;
    ann.taps(&shop, "bot-gifts").await;
    eve.starts(&shop, Some(&payload)).await;
    assert!(!eve.phone.is_offered(&label), "somebody has it");
    assert_eq!(shop.orders(&eve.phone).await.len(), 0, "too late");
    let mine = shop.known(&bob.phone).await.1.subscriptions().await.expect("subscriptions");
    assert_eq!(mine.len(), 1, "taken once");
    ann.is_as_kept(&shop, "gift_bought").await;
    bob.is_as_kept(&shop, "gift_taken").await;
    eve.is_as_kept(&shop, "gift_too_late").await;
}

async fn a_gift_is_taken_back(locale: Locale) {
    let shop = Shop::open(locale).await;
    let (mut ann, mut bob) = (Chat::new(&shop), Chat::new(&shop));
    let payload = bought(&shop, &mut ann).await;
    bob.starts(&shop, Some(&payload)).await;
    ann.picks(&shop, &text::get(locale, "bot-gift-take-back")).await;
    shop.works().await;
    ann.hears("a few seconds later");
    bob.taps(&shop, "bot-gift-claim").await;
    assert_eq!(shop.wallet(&ann.phone).await, shop.money(1000).minor, "the money is back");
    ann.is_as_kept(&shop, "gift_taken_back").await;
    bob.is_as_kept(&shop, "gift_gone").await;
}

async fn a_gift_for_what_is_there(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut ann = Chat::new(&shop);
    let payload = bought(&shop, &mut ann).await;
    let mut bob = with_a_month(&shop).await;
    bob.starts(&shop, Some(&payload)).await;
    bob.picks(&shop, "🔄").await;
    shop.works().await;
    assert!(bob.hears("a few seconds later"), "it is longer");
    bob.says(&shop, "/services").await;
    bob.is_as_kept(&shop, "gift_onto").await;
}

async fn a_gift_that_is_none(locale: Locale) {
    let shop = Shop::open(locale).await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, Some("g_ABCDEFGH")).await;
    chat.starts(&shop, Some("g_")).await;
    chat.starts(&shop, Some("i_nobody")).await;
    chat.starts(&shop, Some("office")).await;
    chat.is_as_kept(&shop, "odd_links").await;
}

/// A coupon that takes a fifth off, once.
async fn coupon(shop: &Shop, code: &str) -> String {
    let terms = CouponTerms {
        percent: Some(20),
        amount: None,
        days: None,
        traffic_bytes: None,
        total: Some(1),
        per_user: None,
        first_only: false,
        from: None,
        until: None,
        at_least: None,
        plan_ids: vec![],
        purposes: vec![],
    };
    let request = AddCouponRequest { code: code.to_owned(), terms, enabled: true };
    let made = shop.operator.add_coupon(request).await.expect("a coupon");
    made.bot_link.expect("a link").rsplit_once("start=").expect("a payload").1.to_owned()
}

async fn a_coupon_by_its_link(locale: Locale) {
    let shop = Shop::open(locale).await;
    let payload = coupon(&shop, "SPRING20").await;
    let (mut ann, mut bob) = (Chat::new(&shop), Chat::new(&shop));
    shop.gives(&ann.phone, 2000).await;
    ann.starts(&shop, Some(&payload)).await;
    bob.starts(&shop, Some(&payload)).await;
    ann.picks(&shop, "👛").await;
    shop.works().await;
    ann.hears("a few seconds later");
    assert_eq!(shop.wallet(&ann.phone).await, shop.money(1600).minor, "a fifth less");
    bob.picks(&shop, shop.word("کارت به کارت", "Card to card")).await;
    assert_eq!(shop.orders(&bob.phone).await.len(), 0, "it was used up meanwhile");
    bob.starts(&shop, Some(&payload)).await;
    ann.is_as_kept(&shop, "coupon_by_link").await;
    bob.is_as_kept(&shop, "coupon_too_late").await;
}

async fn a_coupon_that_is_typed(locale: Locale) {
    let shop = Shop::open(locale).await;
    coupon(&shop, "SPRING20").await;
    let mut chat = Chat::new(&shop);
    chat.starts(&shop, None).await;
    chat.taps(&shop, "bot-buy").await;
    chat.taps(&shop, "bot-coupon").await;
    chat.says(&shop, "nobody").await;
    chat.taps(&shop, "bot-coupon").await;
    chat.says(&shop, "spring ۲۰").await;
    chat.picks(&shop, "✖️").await;
    chat.taps(&shop, "bot-coupon").await;
    chat.says(&shop, "Spring20").await;
    chat.picks(&shop, shop.word("کارت به کارت", "Card to card")).await;
    let order = shop.orders(&chat.phone).await.remove(0);
    assert_eq!(order.price, shop.money(400), "a fifth less");
    chat.is_as_kept(&shop, "coupon_typed").await;
}

async fn a_coupon_by_the_button_of_a_broadcast(locale: Locale) {
    let shop = Shop::open(locale).await;
    coupon(&shop, "SPRING20").await;
    let mut ann = Chat::new(&shop);
    ann.starts(&shop, None).await;
    shop.gives(&ann.phone, 2000).await;
    shop.works().await;
    ann.hears("money in the wallet");
    let label = shop.word("بیست درصد کمتر", "A fifth less");
    let (action, code) = ("coupon".to_owned(), Some("spring20".to_owned()));
    let button = ButtonView { label: label.to_owned(), action, url: None, code };
    let said = || Some(shop.word("بهار شد.", "It is spring.").to_owned());
    let request = BroadcastRequest {
        segment: "no_subscription".to_owned(),
        plan_id: None,
        group_id: None,
        locale: None,
        days: None,
        selection: None,
        texts: TextsView { fa: said(), en: said(), ru: said() },
        buttons: Some(vec![button]),
    };
    let made = shop.operator.draft_broadcast(request).await.expect("written").broadcast_id;
    shop.operator.send_broadcast(&made, "key".to_owned()).await.expect("sent");
    shop.works().await;
    assert!(ann.hears("a broadcast"), "it comes");
    ann.picks(&shop, label).await;
    assert!(ann.phone.shows().contains("SPRING20"), "{}", ann.phone.shows());
    ann.picks(&shop, "👛").await;
    shop.works().await;
    ann.hears("a few seconds later");
    assert_eq!(shop.wallet(&ann.phone).await, shop.money(1600).minor, "a fifth less");
    shop.is_in_order().await;
}
