//! The record of deeds in a file that somebody changes behind the program's back.

use super::file::tamper;
use nexa_core::{
    Nexa,
    backoffice::{Backoffice, model::GroupRequest},
    domain::{money::Currency, shop::Locale},
    secret::Keys,
    sql::SqliteStorage,
};
use std::{path::Path, sync::Arc};

/// Without these two nothing of the record can be changed at all.
const UNGUARDED: &str = "DROP TRIGGER operator_actions_no_update; DROP TRIGGER operator_actions_no_delete;";

/// A shop in a file with a few deeds, closed again; gives the owner's key.
async fn written(path: &Path) -> String {
    let storage = Arc::new(SqliteStorage::open(path).await.unwrap());
    let nexa = Nexa::builder(Arc::<SqliteStorage>::clone(&storage), Keys::new([7; 32])).build();
    let made = nexa.install("Fast Net", Currency::Usd, Locale::En, false, None).await.unwrap();
    let key = nexa.frontdesk().claim(&made.claim.unwrap()).await.unwrap().api_key;
    let office = nexa.backoffice(nexa.frontdesk().principal(made.shop_id, &key).await.unwrap());
    for name in ["one", "two", "three", "four"] {
        office.add_group(GroupRequest { name: name.to_owned(), spread: 0 }).await.unwrap();
    }
    drop((office, nexa));
    storage.close().await;
    key
}

/// The number of the first broken entry, as the owner is told it.
async fn broken_at(path: &Path, key: &str) -> Option<u64> {
    let storage = Arc::new(SqliteStorage::open(path).await.unwrap());
    let nexa = Nexa::builder(Arc::<SqliteStorage>::clone(&storage), Keys::new([7; 32])).build();
    let shop = nexa.frontdesk().shop_of("any.example").await.unwrap().id;
    let office: Arc<dyn Backoffice> = nexa.backoffice(nexa.frontdesk().principal(shop, key).await.unwrap());
    let chain = office.audit_chain().await.unwrap();
    assert_eq!(chain.intact, chain.broken_at.is_none());
    let checked = nexa.check().await.unwrap();
    let line = checked.iter().find(|line| line.subject.starts_with("deeds of")).unwrap();
    assert_eq!(line.ok, chain.intact, "{line:?}");
    drop((office, nexa));
    storage.close().await;
    chain.broken_at
}

#[tokio::test]
async fn whatever_is_changed_in_the_file_is_named() {
    let swap = "UPDATE operator_actions SET number = 99 WHERE number = 2; \
        UPDATE operator_actions SET number = 2 WHERE number = 3; \
        UPDATE operator_actions SET number = 3 WHERE number = 99;";
    let cut = "DELETE FROM operator_actions WHERE number = 4; UPDATE deed_chains SET number = 3, \
        digest = (SELECT digest FROM operator_actions WHERE number = 3);";
    let put_back = "UPDATE deed_chains SET number = 3, \
        digest = (SELECT digest FROM operator_actions WHERE number = 3);";
    let changes: [(&'static str, Option<u64>); 11] = [
        ("SELECT 1;", None),
        ("UPDATE operator_actions SET reason = 'another' WHERE number = 2;", Some(2)),
        ("UPDATE operator_actions SET body = '{\"deed\":\"maintenance_begun\"}' WHERE number = 3;", Some(3)),
        ("UPDATE operator_actions SET body = 'nonsense' WHERE number = 3;", Some(3)),
        ("UPDATE operator_actions SET done_at = done_at + 1 WHERE number = 1;", Some(1)),
        ("DELETE FROM operator_actions WHERE number = 2;", Some(2)),
        ("DELETE FROM operator_actions WHERE number = 4;", Some(4)),
        ("UPDATE deed_chains SET number = 3;", Some(4)),
        (swap, Some(2)),
        (cut, Some(4)),
        (put_back, Some(4)),
    ];
    for (change, expected) in changes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.db");
        let key = written(&path).await;
        assert!(tamper(&path, "DELETE FROM operator_actions").is_err(), "the database itself refuses");
        tamper(&path, UNGUARDED).unwrap();
        tamper(&path, change).unwrap();
        assert_eq!(broken_at(&path, &key).await, expected, "{change}");
    }
}
