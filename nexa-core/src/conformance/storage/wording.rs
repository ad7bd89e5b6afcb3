//! A shop's own words: articles and texts.

use super::{Bench, cases};
use crate::{
    domain::{
        article::{Article, ArticleCount, Category, HelpShelf, Platform},
        shop::Locale,
        wording::{OwnText, TextKey},
    },
    ids::ShopId,
    ports::storage::Inserted,
    secret::digest,
};

cases![
    articles_are_kept_by_slug_and_language,
    the_shelf_of_the_help_is_kept_and_replaced,
    a_voter_is_counted_once_for_each_article,
    own_texts_are_kept_for_each_language,
];

fn article(bench: &Bench, shop_id: ShopId, slug: &str, locale: Locale) -> Article {
    Article {
        id: bench.world.id(),
        shop_id,
        slug: slug.to_owned(),
        locale,
        category: Category::Trouble,
        platforms: vec![Platform::Android, Platform::Linux],
        title: "چرا کند است؟".to_owned(),
        body: "# One\n\n- two".to_owned(),
        published: false,
        changed_at: bench.later(),
    }
}

async fn articles_are_kept_by_slug_and_language(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let make = |shop, slug, locale| article(&bench, shop, slug, locale);
    let (b, a, c) =
        (make(shop.id, "b", Locale::Fa), make(shop.id, "a", Locale::Ru), make(shop.id, "a", Locale::En));
    let theirs = make(other.id, "a", Locale::En);
    let mut tx = bench.tx().await;
    for one in [&b, &a, &c, &theirs] {
        tx.save_article(one).await.unwrap();
    }
    assert_eq!(tx.articles(shop.id).await.unwrap(), [c.clone(), a.clone(), b.clone()]);
    let changed = Article {
        slug: "z".to_owned(),
        category: Category::Pay,
        platforms: Vec::new(),
        published: true,
        changed_at: bench.later(),
        ..c.clone()
    };
    tx.save_article(&changed).await.unwrap();
    assert_eq!(tx.articles(shop.id).await.unwrap(), [a.clone(), b, changed]);
    assert!(!tx.delete_article(shop.id, theirs.id).await.unwrap());
    assert!(tx.delete_article(shop.id, a.id).await.unwrap());
    assert!(!tx.delete_article(shop.id, a.id).await.unwrap());
    assert_eq!(tx.articles(other.id).await.unwrap(), std::slice::from_ref(&theirs));
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert!(
        tx.save_article(&Article { shop_id: shop.id, ..theirs.clone() }).await.is_err(),
        "of another shop"
    );
    drop(tx);
    let mut tx = bench.tx().await;
    let twice = Article { id: bench.world.id(), ..theirs };
    assert!(tx.save_article(&twice).await.is_err(), "the same slug in the same language");
}

async fn the_shelf_of_the_help_is_kept_and_replaced(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let shelf = HelpShelf { order: vec!["b".to_owned(), "a".to_owned()], hidden: vec!["renew".to_owned()] };
    let mut tx = bench.tx().await;
    assert_eq!(tx.help_shelf(shop.id).await.unwrap(), None);
    for one in [&shelf, &HelpShelf::default()] {
        tx.save_help_shelf(shop.id, one).await.unwrap();
        assert_eq!(tx.help_shelf(shop.id).await.unwrap().as_ref(), Some(one));
    }
    assert_eq!(tx.help_shelf(other.id).await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn a_voter_is_counted_once_for_each_article(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let mut tx = bench.tx().await;
    for (of, slug, voter, was) in [
        (shop.id, "a", "one", Inserted::New),
        (shop.id, "a", "one", Inserted::Taken),
        (shop.id, "a", "two", Inserted::New),
        (shop.id, "b", "one", Inserted::New),
        (other.id, "a", "one", Inserted::New),
    ] {
        assert_eq!(tx.insert_article_vote(of, slug, &digest(voter)).await.unwrap(), was, "{slug} {voter}");
    }
    for (of, slug, helped) in
        [(shop.id, "b", false), (shop.id, "a", true), (shop.id, "a", true), (other.id, "a", false)]
    {
        tx.count_article(of, slug, helped).await.unwrap();
    }
    let count = |slug: &str, helped, missed| ArticleCount { slug: slug.to_owned(), helped, missed };
    assert_eq!(tx.article_counts(shop.id).await.unwrap(), [count("a", 2, 0), count("b", 0, 1)]);
    assert_eq!(tx.article_counts(other.id).await.unwrap(), [count("a", 0, 1)]);
    tx.commit().await.unwrap();
}

async fn own_texts_are_kept_for_each_language(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let text = |shop_id, key, locale, body: &str| OwnText { shop_id, key, locale, body: body.to_owned() };
    let long = "ش".repeat(900);
    let terms = text(shop.id, TextKey::Terms, Locale::Fa, &long);
    let footer = text(shop.id, TextKey::Footer, Locale::Fa, "سلام");
    let english = text(shop.id, TextKey::Footer, Locale::En, "hello");
    let theirs = text(other.id, TextKey::Footer, Locale::En, "theirs");
    let mut tx = bench.tx().await;
    for one in [&terms, &footer, &english, &theirs] {
        tx.save_own_text(one).await.unwrap();
    }
    let own = [english.clone(), footer.clone(), terms.clone()];
    assert_eq!(tx.own_texts(shop.id).await.unwrap(), own);
    let begun = tx.own_texts_begun(shop.id).await.unwrap();
    assert_eq!(begun[..2], own[..2]);
    assert_eq!(begun[2].body.chars().count(), 400);
    let changed = OwnText { body: "bye".to_owned(), ..english };
    tx.save_own_text(&changed).await.unwrap();
    assert!(tx.delete_own_text(shop.id, TextKey::Footer, Locale::Fa).await.unwrap());
    assert!(!tx.delete_own_text(shop.id, TextKey::Footer, Locale::Fa).await.unwrap());
    assert!(!tx.delete_own_text(other.id, TextKey::Terms, Locale::Fa).await.unwrap());
    assert_eq!(tx.own_texts(shop.id).await.unwrap(), [changed, terms]);
    assert_eq!(tx.own_texts(other.id).await.unwrap(), [theirs]);
    tx.commit().await.unwrap();
}
