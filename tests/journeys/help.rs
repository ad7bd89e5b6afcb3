//! What a shop explains, and says in its own words.

use crate::world::{Shop, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{ArrangeHelpRequest, ArticleRequest, OwnTextRequest},
    domain::article::STARTERS,
    storefront::model::ArticleEntryView,
};

on_every_storage!(
    a_shop_begins_with_articles_and_makes_them_its_own,
    what_is_hidden_or_a_draft_is_not_there,
    articles_are_arranged_and_found,
    whoever_is_signed_in_is_counted_once_for_each_article,
    texts_take_the_place_of_ours_until_they_are_given_up,
    articles_and_texts_of_others_do_not_exist,
);

fn written(slug: &str, locale: &str, title: &str) -> ArticleRequest {
    ArticleRequest {
        article_id: None,
        slug: slug.to_owned(),
        locale: locale.to_owned(),
        category: "other".to_owned(),
        platforms: Some(vec!["linux".to_owned()]),
        title: title.to_owned(),
        body: "- one\n- two".to_owned(),
        published: true,
    }
}

fn text(key: &str, locale: &str, text: &str) -> OwnTextRequest {
    OwnTextRequest { key: key.to_owned(), locale: locale.to_owned(), text: text.to_owned() }
}

fn step(slug: &str, step: &str) -> ArrangeHelpRequest {
    ArrangeHelpRequest { slug: slug.to_owned(), step: step.to_owned() }
}

fn slugs(of: &[ArticleEntryView]) -> Vec<&str> {
    of.iter().map(|one| one.slug.as_str()).collect()
}

async fn a_shop_begins_with_articles_and_makes_them_its_own(shop: Shop) {
    let customer = shop.customer().await;
    let all = customer.shop.articles(None, Some("en")).await.expect("articles");
    let starters: Vec<&str> = STARTERS.iter().map(|one| one.slug).collect();
    assert_eq!(slugs(&all), starters);
    shop.operator.save_article(written("renew", "en", "Renew with us")).await.expect("kept");
    shop.operator.save_article(written("mine", "ru", "Наше")).await.expect("kept");
    let title = async |slug: &str, tag: &str| {
        customer.shop.article(slug, Some(tag)).await.expect("an article").article.title
    };
    assert_eq!(title("renew", "en").await, "Renew with us");
    assert_ne!(title("renew", "ru").await, "Renew with us", "ours in the reader's language");
    assert_eq!(title("mine", "en").await, "Наше", "there is nothing else");
    let again = shop.operator.save_article(written("renew", "en", "Twice")).await;
    assert_eq!(refused(again), "bad_input");
    let entries = shop.operator.help_entries("en").await.expect("entries");
    let renew = entries.iter().find(|entry| entry.slug == "renew").expect("there");
    let id = renew.own[0].article_id.clone();
    shop.operator.remove_article(&id).await.expect("gone");
    assert_ne!(title("renew", "en").await, "Renew with us", "the starter is back");
    assert_eq!(refused(shop.operator.remove_article(&id).await), "not_found");
}

async fn what_is_hidden_or_a_draft_is_not_there(shop: Shop) {
    let customer = shop.customer().await;
    let draft = ArticleRequest { published: false, ..written("mine", "fa", "پیش‌نویس") };
    let kept = shop.operator.save_article(draft).await.expect("kept");
    shop.operator.arrange_help(step("devices", "hide")).await.expect("hidden");
    for slug in ["mine", "devices", "none"] {
        assert_eq!(refused(customer.shop.article(slug, None).await), "not_found", "{slug}");
        assert_eq!(refused(customer.shop.judge_article(slug, true).await), "not_found", "{slug}");
    }
    let out = ArticleRequest { article_id: Some(kept.article_id), ..written("mine", "fa", "آماده") };
    shop.operator.save_article(out).await.expect("published");
    shop.operator.arrange_help(step("devices", "show")).await.expect("shown");
    let all = customer.shop.articles(None, None).await.expect("articles");
    assert!(slugs(&all).contains(&"mine") && slugs(&all).contains(&"devices"));
    assert_eq!(refused(shop.operator.arrange_help(step("mine", "hide")).await), "not_found", "no starter");
    assert_eq!(refused(shop.operator.arrange_help(step("none", "up")).await), "not_found");
    assert_eq!(refused(shop.operator.arrange_help(step("renew", "left")).await), "bad_input");
}

async fn articles_are_arranged_and_found(shop: Shop) {
    let customer = shop.customer().await;
    shop.operator.arrange_help(step("connect-ios", "up")).await.expect("moved");
    let all = customer.shop.articles(None, Some("en")).await.expect("articles");
    assert_eq!(slugs(&all)[..2], ["connect-ios", "connect-android"]);
    let found = async |question: &str, tag: &str| {
        customer.shop.articles(Some(question), Some(tag)).await.expect("articles")
    };
    assert_eq!(slugs(&found("windows", "en").await)[0], "connect-windows");
    assert_eq!(slugs(&found("ويندوز", "fa").await)[0], "connect-windows", "with the Arabic form of a letter");
    assert!(found("zebra", "en").await.is_empty());
}

async fn whoever_is_signed_in_is_counted_once_for_each_article(shop: Shop) {
    let (one, two) = (shop.customer().await, shop.customer().await);
    assert!(one.shop.judge_article("renew", true).await.expect("counted"));
    assert!(!one.shop.judge_article("renew", false).await.expect("counted before"));
    assert!(one.shop.judge_article("devices", false).await.expect("another article"));
    assert!(two.shop.judge_article("renew", true).await.expect("somebody else"));
    let entries = shop.operator.help_entries("en").await.expect("entries");
    let count = |slug: &str| {
        let entry = entries.iter().find(|entry| entry.slug == slug).expect("there");
        (entry.helped, entry.missed)
    };
    assert_eq!((count("renew"), count("devices")), ((2, 0), (0, 1)));
}

async fn texts_take_the_place_of_ours_until_they_are_given_up(shop: Shop) {
    let customer = shop.customer().await;
    let said = async |key: &str, tag: &str| customer.shop.own_text(key, Some(tag)).await.expect("a text");
    assert_eq!(said("welcome", "en").await, None);
    shop.operator.set_own_text(text("welcome", "en", "Hello at {shop}!")).await.expect("kept");
    let welcome = said("welcome", "en").await.expect("own");
    assert!(welcome.lines[0].starts_with("Hello at ") && !welcome.lines[0].contains('{'), "{welcome:?}");
    assert_eq!(said("welcome", "ru").await, None, "ours in the reader's language");
    shop.operator.set_own_text(text("terms", "en", "# Terms\n\nBe *kind*.")).await.expect("kept");
    let terms = said("terms", "ru").await.expect("there is nothing else");
    assert_eq!((terms.locale.as_str(), terms.lines.len()), ("en", 2));
    assert!(terms.html.expect("a paper").contains("<em>kind</em>"));
    shop.operator.set_own_text(text("purchased", "en", "Enjoy {plan} until {until}")).await.expect("kept");
    let mine = customer.has_a_month(&shop).await;
    let note = customer.shop.purchase_note(&mine.subscription_id, Some("en")).await.expect("a note");
    let line = note.expect("own").lines.remove(0);
    assert!(line.contains(&mine.plan_name) && !line.contains('{'), "{line}");
    let other = customer.shop.purchase_note(&mine.subscription_id, Some("ru")).await.expect("a note");
    assert_eq!(other.expect("own").lines, [line], "its day, too, is in the language in which it is told");
    assert_eq!(refused(customer.shop.own_text("purchased", None).await), "not_found");
    for wrong in
        [text("welcome", "en", "{plan}"), text("footer", "en", &"x".repeat(301)), text("welcome", "de", "x")]
    {
        assert_eq!(refused(shop.operator.set_own_text(wrong).await), "bad_input");
    }
    assert_eq!(refused(shop.operator.set_own_text(text("none", "en", "x")).await), "not_found");
    shop.operator.set_own_text(text("welcome", "en", " ")).await.expect("given up");
    assert_eq!(said("welcome", "en").await, None);
    let places = shop.operator.own_texts().await.expect("texts");
    assert!(places.iter().any(|place| place.key == "terms" && place.own.is_some()));
}

async fn articles_and_texts_of_others_do_not_exist(shop: Shop) {
    let other = shop.next_door().await;
    let theirs = other.operator.save_article(written("theirs", "en", "Theirs")).await.expect("kept");
    other.operator.set_own_text(text("terms", "en", "Theirs")).await.expect("kept");
    let customer = shop.customer().await;
    assert_eq!(refused(customer.shop.article("theirs", None).await), "not_found");
    assert_eq!(customer.shop.own_text("terms", None).await.expect("none"), None);
    assert_eq!(refused(shop.operator.remove_article(&theirs.article_id).await), "not_found");
    let taken = ArticleRequest { article_id: Some(theirs.article_id), ..written("mine", "en", "Mine") };
    assert_eq!(refused(shop.operator.save_article(taken).await), "not_found");
    let who = shop.door.principal(shop.id, &customer.token).await.expect("a session");
    let outside = shop.nexa.backoffice(who);
    assert_eq!(refused(outside.help_entries("en").await), "not_allowed");
    assert_eq!(refused(outside.own_texts().await), "not_allowed");
}
