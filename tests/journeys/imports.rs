//! Whoever moves a shop over from another panel or bot: users, wallets and services come along, once.

use crate::world::{Customer, GIB, Shop, days, dollars, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{ImportReportView, ImportRequest, OperatorActionView, UserView},
    domain::{
        grant::PanelId,
        permission::{Permission, Permissions},
        user::{Principal, Scope},
    },
    storefront::model::PageRequest,
};
use std::collections::BTreeMap;

on_every_storage!(
    a_subscriber_of_a_list_goes_on_and_renews,
    looking_changes_nothing_and_doing_it_twice_does_it_once,
    what_was_begun_goes_on,
    every_conflict_has_its_code,
    wallets_come_over_once,
    a_wallet_is_one_by_whatever_its_owner_is_known,
    a_bot_with_its_users_comes_over_from_a_dump,
    marzbans_users_are_made_anew,
    the_users_of_a_panel_get_accounts_of_their_own,
    plans_are_chosen_by_what_they_were_called,
    a_silent_server_changes_nothing,
    only_those_who_may_take_over,
);

/// A file that lies there for a while.
struct Source(tempfile::NamedTempFile);

impl Source {
    fn of(text: &str) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        Self(file)
    }

    fn request(&self, shop: &Shop, kind: &str) -> ImportRequest {
        ImportRequest {
            kind: kind.to_owned(),
            file: Some(self.0.path().to_owned()),
            plan_id: Some(shop.month.clone()),
            currency: Some("USD".to_owned()),
            ..ImportRequest::default()
        }
    }
}

async fn takes_over(shop: &Shop, kind: &str, text: &str) -> ImportReportView {
    let source = Source::of(text);
    let report = shop.operator.import(source.request(shop, kind)).await.expect("taken over");
    shop.works().await;
    report
}

/// Whoever is known by this, in front of the counter.
async fn known_by(shop: &Shop, by: &str) -> (Customer, UserView) {
    let user = shop.operator.find_user(by).await.expect("a user");
    let who = Principal {
        user_id: Some(user.user_id.parse().expect("an id")),
        scopes: vec![Scope::Read, Scope::Buy],
        ..Principal::guest(shop.id)
    };
    (Customer::with(shop, who), user)
}

fn reasons(report: &ImportReportView) -> BTreeMap<&str, u32> {
    report.left_out.iter().map(|left| (left.reason.as_str(), left.count)).collect()
}

/// A service of 20 GiB for 12 days of which 5 GiB are used.
async fn by_hand(shop: &Shop) -> PanelId {
    let server = shop.server("frankfurt");
    let service = server.made_by_hand(20 * GIB, shop.now() + days(12)).await;
    assert_eq!(server.carries_for(service, 5 * GIB), 5 * GIB);
    service
}

async fn deeds(shop: &Shop) -> Vec<OperatorActionView> {
    let page = shop.operator.actions(PageRequest::default()).await.expect("deeds");
    page.items.into_iter().filter(|deed| deed.deed.starts_with("import")).collect()
}

async fn a_subscriber_of_a_list_goes_on_and_renews(shop: Shop) {
    let service = by_hand(&shop).await;
    let list = format!("uuid,telegram_id,email,name,balance\n{},70001,,علی,3.50\n", service.expose());
    let report = takes_over(&shop, "list", &list).await;
    assert_eq!((report.rows, report.users_made, report.adopted, report.made), (1, 1, 1, 0));
    assert_eq!((report.wallets, report.credited.minor), (1, 350));
    let (customer, _) = known_by(&shop, "70001").await;
    let mine = customer.subscription().await;
    assert_eq!((mine.state.as_str(), mine.days_left, mine.remaining_bytes), ("active", 12, 15 * GIB));
    assert_eq!(mine.name.as_deref(), Some("علی"));
    let document = shop.opens(&mine.link).await.expect("a document");
    assert!(document.contains(&service.expose()), "the same identity: {document}");
    assert_eq!(customer.wallet().await, 350);
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(customer.wallet().await, 350, "paid five dollars");
    let now = customer.subscription().await;
    assert_eq!((now.days_left, now.remaining_bytes), (42, 25 * GIB));
    assert_eq!(shop.server("frankfurt").carries_for(service, 99 * GIB), 25 * GIB);
    shop.is_in_order().await;
}

async fn looking_changes_nothing_and_doing_it_twice_does_it_once(shop: Shop) {
    let service = by_hand(&shop).await;
    let list =
        format!("link;telegram_id;balance\nhttps://p.example/x/{}/;70002;1\n;70003;2\n", service.expose());
    let source = Source::of(&list);
    let look = ImportRequest { dry_run: true, ..source.request(&shop, "list") };
    let seen = shop.operator.import(look).await.expect("looked at");
    assert!(seen.dry_run && deeds(&shop).await.is_empty());
    assert_eq!(refused(shop.operator.find_user("70002").await), "not_found");
    let done = shop.operator.import(source.request(&shop, "list")).await.expect("done");
    assert_eq!(ImportReportView { dry_run: false, ..seen }, done, "what was seen is what is done");
    assert_eq!((done.users_made, done.wallets, done.adopted, done.here), (2, 2, 1, 0));
    shop.works().await;
    let noted = deeds(&shop).await;
    let names: Vec<_> = noted.iter().map(|deed| (deed.deed.as_str(), deed.count)).collect();
    assert_eq!(names, [("imported", Some(1)), ("import_begun", Some(2))]);
    let books = shop.operator.books().await.expect("books");
    let again = shop.operator.import(source.request(&shop, "list")).await.expect("again");
    assert_eq!((again.here, again.users_made, again.wallets, again.adopted), (2, 0, 0, 0));
    assert_eq!(shop.operator.books().await.expect("books"), books);
    assert_eq!(deeds(&shop).await.len(), 2, "nothing was done, so nothing is noted");
    shop.is_in_order().await;
}

async fn what_was_begun_goes_on(shop: Shop) {
    let (one, two) = (by_hand(&shop).await, by_hand(&shop).await);
    let first = format!("uuid,telegram_id,balance\n{},70004,1\n", one.expose());
    takes_over(&shop, "list", &first).await;
    // As if the process had died after the first row.
    let rest = takes_over(&shop, "list", &format!("{first}{},70005,2\n", two.expose())).await;
    assert_eq!((rest.here, rest.users_made, rest.wallets, rest.credited.minor), (1, 1, 1, 200));
    let (first, _) = known_by(&shop, "70004").await;
    let (second, _) = known_by(&shop, "70005").await;
    assert_eq!((first.wallet().await, second.wallet().await), (100, 200));
    assert_eq!(
        (first.subscription().await.state, second.subscription().await.state),
        ("active".into(), "active".into())
    );
    shop.is_in_order().await;
}

async fn every_conflict_has_its_code(shop: Shop) {
    let customer = shop.customer().await;
    shop.adopts_as(&shop.month).await;
    let (anothers, free) = (by_hand(&shop).await, by_hand(&shop).await);
    customer.shop.adopt(&anothers.expose()).await.expect("adopted");
    let server = shop.server("frankfurt");
    let over = server.made_by_hand(GIB, shop.now() - days(9)).await;
    let rows = [
        format!("{},80001,,", anothers.expose()),
        format!("{},80002,,", free.expose()),
        format!("{},80003,,", free.expose()),
        format!("{},80004,,", over.expose()),
        "a59e4807-8100-45d7-83b6-ffffffffffff,80005,,".to_owned(),
        format!("{},,,", by_hand(&shop).await.expose()),
        ",80006,,-5".to_owned(),
        ",80007,,99999999999999999999".to_owned(),
        ",80008,,ten".to_owned(),
        ",x,,1".to_owned(),
        ",80002,,1".to_owned(),
        ",80002,,2".to_owned(),
        ",80009,ali@example.org,1".to_owned(),
        ",,reza@example.org,1".to_owned(),
        ",80009,reza@example.org,1".to_owned(),
    ];
    let report =
        takes_over(&shop, "list", &format!("uuid,telegram_id,email,balance\n{}\n", rows.join("\n"))).await;
    let expected = [
        ("identity_taken", 1),
        ("duplicate_row", 2),
        ("over", 1),
        ("panel_user_missing", 1),
        ("nobody", 1),
        ("negative_balance", 1),
        ("balance_too_large", 1),
        ("bad_balance", 1),
        ("bad_telegram", 1),
        ("two_users", 1),
    ];
    assert_eq!(reasons(&report), BTreeMap::from(expected));
    assert_eq!((report.users_made, report.adopted, report.wallets), (3, 1, 3));
    let places: Vec<_> = report.lines.iter().map(|line| line.place.as_str()).collect();
    assert_eq!(places[0], "line 2");
    assert_eq!(
        refused(shop.operator.find_user("80004").await),
        "not_found",
        "nobody is made for what is over"
    );
    let (blocked, user) = known_by(&shop, "80002").await;
    shop.operator.block_user(&user.user_id, true).await.expect("blocked");
    let report =
        takes_over(&shop, "list", &format!("uuid,telegram_id\n{},80002\n", by_hand(&shop).await.expose()))
            .await;
    assert_eq!(reasons(&report), BTreeMap::from([("user_blocked", 1)]));
    assert_eq!(blocked.wallet().await, 100);
    shop.is_in_order().await;
}

async fn wallets_come_over_once(shop: Shop) {
    let without = ImportRequest { currency: None, ..Source::of("").request(&shop, "list") };
    let source = Source::of("telegram_id,balance\n70010,5\n70011,0\n");
    let request = ImportRequest { file: source.request(&shop, "list").file, ..without };
    let report = shop.operator.import(request).await.expect("taken over");
    assert_eq!(reasons(&report), BTreeMap::from([("no_currency", 1)]));
    let toman = ImportRequest { currency: Some("TOMAN".to_owned()), ..source.request(&shop, "list") };
    assert_eq!(refused(shop.operator.import(toman).await), "wrong_currency");
    takes_over(&shop, "list", "telegram_id,balance\n70010,5\n").await;
    takes_over(&shop, "list", "telegram_id,balance\n70010,9\n").await;
    let (customer, _) = known_by(&shop, "70010").await;
    assert_eq!(customer.wallet().await, 500, "what changed there later is not ours");
    let books = shop.operator.books().await.expect("books");
    let import = books.accounts.iter().find(|line| line.account == "import").expect("an account of its own");
    assert_eq!(import.balance.minor, -500);
    shop.is_in_order().await;
}

async fn a_wallet_is_one_by_whatever_its_owner_is_known(shop: Shop) {
    let (one, two) = (by_hand(&shop).await, by_hand(&shop).await);
    let rows = [
        format!("{},70012,sara@example.org,5", one.expose()),
        format!("{},70012,,5", two.expose()),
        ",,sara@example.org,5".to_owned(),
    ];
    let list = format!("uuid,telegram_id,email,balance\n{}\n", rows.join("\n"));
    let report = takes_over(&shop, "list", &list).await;
    assert_eq!(reasons(&report), BTreeMap::new(), "the wallet stands there with each service");
    assert_eq!((report.users_made, report.adopted, report.wallets, report.here), (1, 2, 1, 1));
    for later in ["telegram_id,balance\n70012,5\n", "email,balance\nsara@example.org,9\n"] {
        assert_eq!(takes_over(&shop, "list", later).await.wallets, 0, "{later}");
    }
    let (customer, _) = known_by(&shop, "70012").await;
    assert_eq!(customer.wallet().await, 500);
    let gone = "a59e4807-8100-45d7-83b6-eeeeeeeeeeee,70013,5";
    let report = takes_over(&shop, "list", &format!("uuid,telegram_id,balance\n{gone}\n,70013,5\n")).await;
    assert_eq!(reasons(&report), BTreeMap::from([("panel_user_missing", 1)]));
    assert_eq!(report.wallets, 1, "a row that was left out is no wallet that was seen");
    let names = (0..1_001).map(|number| (number.to_string(), shop.month.clone())).collect();
    let many = ImportRequest { plans: names, ..Source::of(&list).request(&shop, "list") };
    assert_eq!(refused(shop.operator.import(many).await), "bad_input");
    shop.is_in_order().await;
}

async fn a_bot_with_its_users_comes_over_from_a_dump(shop: Shop) {
    let service = by_hand(&shop).await;
    let dump = format!(
        "-- MySQL dump\nCREATE TABLE `user` (`id` varchar(500) NOT NULL, `Balance` int(255) NOT NULL, PRIMARY KEY (`id`));\n\
        INSERT INTO `user` VALUES ('70020',7),('70021',0),('70022',-3);\n\
        INSERT INTO `invoice` (`id_user`,`uuid`,`name_product`,`Status`) VALUES ('70021','{}','طلایی','active'),\
        ('70020',NULL,'x','end_of_time');\n",
        service.expose()
    );
    let report = takes_over(&shop, "mirza", &dump).await;
    assert_eq!((report.rows, report.users_made, report.wallets, report.adopted), (5, 2, 1, 1));
    assert_eq!(reasons(&report), BTreeMap::from([("negative_balance", 1), ("over", 1)]));
    let (customer, _) = known_by(&shop, "70021").await;
    assert_eq!(customer.subscription().await.state, "active");
    for (broken, why) in
        [("INSERT INTO `user` (id) VALUES ('1'", "cut off"), ("hello", "nothing of it"), ("", "empty")]
    {
        let source = Source::of(broken);
        assert_eq!(refused(shop.operator.import(source.request(&shop, "mirza")).await), "bad_input", "{why}");
    }
    let garbage = Source::of("PK\u{3}\u{4}");
    for kind in ["marzban", "hiddify-bot"] {
        assert_eq!(refused(shop.operator.import(garbage.request(&shop, kind)).await), "bad_input", "{kind}");
    }
    shop.is_in_order().await;
}

async fn marzbans_users_are_made_anew(shop: Shop) {
    let id = "b59e4807-8100-45d7-83b6-f2248e3475f8";
    let end = (shop.now() + days(20)).as_second();
    let json = format!(
        r#"{{"users":[
            {{"username":"ali","status":"active","data_limit":{},"used_traffic":{},"expire":{end},"proxies":{{"vless":{{"id":"{id}"}}}}}},
            {{"username":"old","status":"expired","data_limit":null,"used_traffic":0,"expire":5,"proxies":{{"vless":{{"id":"c59e4807-8100-45d7-83b6-f2248e3475f8"}}}}}}
        ],"total":2}}"#,
        8 * GIB,
        3 * GIB
    );
    let source = Source::of(&json);
    let bare = source.request(&shop, "marzban");
    let report = shop.operator.import(bare.clone()).await.expect("looked at");
    assert_eq!(reasons(&report), BTreeMap::from([("nobody", 2)]));
    let request = ImportRequest { anonymous: true, ..bare };
    let report = shop.operator.import(request.clone()).await.expect("taken over");
    assert_eq!((report.made, report.users_made, report.accounts.len()), (1, 1, 1));
    assert_eq!(reasons(&report), BTreeMap::from([("over", 1)]));
    shop.works().await;
    let (customer, _) = known_by(&shop, &report.accounts[0].account_number).await;
    let mine = customer.subscription().await;
    assert_eq!((mine.state.as_str(), mine.days_left, mine.remaining_bytes), ("active", 20, 5 * GIB));
    let entry = shop.server("frankfurt").entry();
    assert_eq!(entry.id.expose(), id, "under the same identity");
    assert_eq!(shop.server("frankfurt").carries(99 * GIB), 5 * GIB);
    let again = shop.operator.import(request).await.expect("again");
    assert_eq!((again.made, again.here), (0, 1));
    assert_eq!(again.accounts, report.accounts, "the number can be told again");
    assert_eq!(deeds(&shop).await.len(), 3, "and that it was told is noted");
    shop.is_in_order().await;
}

async fn the_users_of_a_panel_get_accounts_of_their_own(shop: Shop) {
    let service = by_hand(&shop).await;
    let sold = shop.customer().await.has_a_month(&shop).await;
    let servers = shop.operator.servers().await.expect("servers");
    let request = ImportRequest {
        kind: "hiddify".to_owned(),
        server_id: Some(servers[0].server_id.clone()),
        plan_id: Some(shop.month.clone()),
        anonymous: true,
        ..ImportRequest::default()
    };
    let named = ImportRequest { name: Some("paid by card".to_owned()), ..request.clone() };
    assert_eq!(shop.operator.import(named).await.expect("nobody").rows, 0);
    let report = shop.operator.import(request).await.expect("taken over");
    assert_eq!((report.rows, report.adopted), (2, 1));
    assert_eq!(reasons(&report), BTreeMap::from([("identity_taken", 1)]), "what was sold is its buyer's");
    shop.works().await;
    let (customer, _) = known_by(&shop, &report.accounts[0].account_number).await;
    let mine = customer.subscription().await;
    assert!(mine.subscription_id != sold.subscription_id && mine.remaining_bytes == 15 * GIB);
    let document = shop.opens(&mine.link).await.expect("a document");
    assert!(document.contains(&service.expose()));
    shop.is_in_order().await;
}

async fn plans_are_chosen_by_what_they_were_called(shop: Shop) {
    let gold = shop.adds_plan("Gold", 90, 50 * GIB, dollars(20)).await;
    let services = [by_hand(&shop).await, by_hand(&shop).await, by_hand(&shop).await];
    let list = format!(
        "uuid,telegram_id,plan\n{},70030,طلایی\n{},70031,silver\n{},70032,\n",
        services[0].expose(),
        services[1].expose(),
        services[2].expose()
    );
    let source = Source::of(&list);
    let plans = BTreeMap::from([("طلایی".to_owned(), gold)]);
    let request = ImportRequest { plans, plan_id: None, ..source.request(&shop, "list") };
    let report = shop.operator.import(request).await.expect("taken over");
    assert_eq!(reasons(&report), BTreeMap::from([("no_plan", 2)]));
    shop.works().await;
    let (customer, _) = known_by(&shop, "70030").await;
    assert_eq!(customer.subscription().await.plan_name, "Gold");
}

async fn a_silent_server_changes_nothing(shop: Shop) {
    let service = by_hand(&shop).await;
    let source = Source::of(&format!("uuid,telegram_id,balance\n{},70040,1\n", service.expose()));
    let server = shop.server("frankfurt");
    server.goes_down();
    assert_eq!(refused(shop.operator.import(source.request(&shop, "list")).await), "servers_silent");
    assert_eq!(refused(shop.operator.find_user("70040").await), "not_found");
    server.comes_back();
    assert_eq!(shop.operator.import(source.request(&shop, "list")).await.expect("done").adopted, 1);
}

async fn only_those_who_may_take_over(shop: Shop) {
    let service = by_hand(&shop).await;
    let source = Source::of(&format!("uuid,telegram_id,balance\n{},70050,1\n", service.expose()));
    let may = |permissions: &[Permission]| {
        let permissions: Permissions = permissions.iter().copied().collect();
        shop.nexa.backoffice(Principal { permissions, ..shop.operator_is.clone() })
    };
    let all = [Permission::Settings, Permission::MoveMoney, Permission::ServeCustomers];
    for missing in 0..all.len() {
        let held: Vec<_> =
            all.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, one)| *one).collect();
        assert_eq!(refused(may(&held).import(source.request(&shop, "list")).await), "not_allowed");
    }
    let customer = shop.customer().await;
    let who = shop.door.principal(shop.id, &customer.token).await.expect("a session");
    let outside = shop.nexa.backoffice(who).import(source.request(&shop, "list")).await;
    assert_eq!(refused(outside), "not_allowed");
    let request = source.request(&shop, "list");
    assert_eq!(may(&all).import(request).await.expect("taken over").adopted, 1);
    let unknown = ImportRequest { plan_id: Some("plan".to_owned()), ..source.request(&shop, "list") };
    assert_eq!(refused(shop.operator.import(unknown).await), "not_found");
    let pipe = ImportRequest { file: Some(std::env::temp_dir()), ..source.request(&shop, "list") };
    assert_eq!(refused(shop.operator.import(pipe).await), "bad_input");
}
