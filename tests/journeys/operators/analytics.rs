//! What a shop came to over time.

use crate::world::{GIB, Shop, cents, days, dollars, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{ShopRequest, SummaryView},
    domain::{
        permission::{Permission, Permissions},
        user::Principal,
    },
    storefront::model::{OpenTicketRequest, PageRequest},
};

on_every_storage!(
    a_month_is_summed_up,
    whoever_stays_is_counted_by_month,
    what_ends_is_lost_after_a_week,
    folding_again_gives_the_same,
    days_without_anything_have_values_too,
    what_goes_through_servers_is_counted_by_hour,
    what_a_reseller_buys_is_told_under_its_name,
    figures_are_for_those_who_may_see_reports,
);

async fn summary(shop: &Shop) -> SummaryView {
    shop.folds().await;
    shop.operator.summary(30).await.expect("a summary")
}

fn of(summary: &SummaryView, name: &str) -> Option<i64> {
    let found = summary.figures.iter().find(|figure| figure.name == name);
    found.unwrap_or_else(|| panic!("no {name}")).value
}

async fn line(shop: &Shop, figure: &str, by: Option<&str>) -> Vec<(String, i64)> {
    let series = shop.operator.series(figure.to_owned(), by.map(str::to_owned), 7).await.expect("a series");
    assert_eq!(series.days.len(), 7);
    series.lines.iter().map(|line| (line.slice.clone(), line.values.iter().sum())).collect()
}

async fn a_month_is_summed_up(shop: Shop) {
    shop.gives_trials_of(&shop.adds_plan("Taste", 1, GIB, dollars(1)).await).await;
    let first = shop.customer_with(dollars(10)).await;
    let held = first.has_a_month(&shop).await;
    first.renews(&held, "wallet").await.expect("renewed");
    let second = shop.customer().await;
    second.shop.trial().await.expect("a trial");
    let order = second.orders(&shop.transfer).await.expect("an order");
    shop.bank.pays(&order);
    let question = OpenTicketRequest { subject: None, text: "?".to_owned(), subscription_id: None };
    let ticket = second.shop.open_ticket(question, None).await.expect("a ticket").ticket.ticket_id;
    shop.after(minutes(12)).await;
    shop.operator.answer_ticket(&ticket, "!").await.expect("answered");
    shop.works().await;

    let now = summary(&shop).await;
    assert_eq!(
        (now.from.as_str(), now.to.as_str(), now.currency.as_str()),
        ("2026-01-31", "2026-03-01", "USD")
    );
    let get = |name| of(&now, name);
    assert_eq!((get("revenue"), get("net_revenue"), get("orders_paid")), (Some(1500), Some(1500), Some(3)));
    // Two months for two prices, a month for one, and a trial.
    assert_eq!((get("active"), get("payers"), get("mrr")), (Some(3), Some(2), Some(1000)));
    assert_eq!((get("trials"), get("trial_to_paid")), (Some(1), Some(10_000)));
    assert_eq!((get("arpu"), get("ltv")), (Some(750), Some(750)));
    assert_eq!(get("wallets"), Some(first.wallet().await + second.wallet().await));
    assert_eq!((get("first_responses"), get("first_response_median")), (Some(1), Some(15)));
    assert_eq!(get("churn"), None, "nothing is decided yet");

    assert_eq!(line(&shop, "revenue", None).await, [(String::new(), 1500)]);
    assert_eq!(line(&shop, "revenue", Some("plan")).await, [(shop.month.clone(), 1500)]);
    let methods = line(&shop, "revenue", Some("method")).await;
    assert_eq!(methods, [("wallet".to_owned(), 1000), (shop.transfer.clone(), 500)]);
    let funnel = shop.operator.funnel(30).await.expect("a funnel");
    let steps: Vec<_> = funnel.steps.iter().map(|step| (step.name.as_str(), step.users)).collect();
    let signed_up = steps[0].1;
    assert!(signed_up >= 2, "{steps:?}");
    assert_eq!(steps[1..], [("trial", 1), ("ordered", 2), ("paid", 2), ("paid_again", 1)]);

    let taken_back = first.shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    shop.operator.refund_order(&taken_back.order_id).await.expect("begun");
    shop.works().await;
    let later = summary(&shop).await;
    assert_eq!((of(&later, "revenue"), of(&later, "refunded")), (Some(1500), Some(500)));
    assert_eq!((of(&later, "net_revenue"), of(&later, "refunds")), (Some(1000), Some(1)));
}

async fn whoever_stays_is_counted_by_month(shop: Shop) {
    let (stays, leaves) = (shop.customer_with(dollars(20)).await, shop.customer().await);
    let held = stays.has_a_month(&shop).await;
    leaves.has_a_month(&shop).await;
    shop.after(days(29)).await;
    stays.renews(&held, "wallet").await.expect("renewed");
    shop.after(days(20)).await;
    shop.folds().await;
    let all = shop.operator.cohorts(3).await.expect("cohorts").cohorts;
    assert_eq!(
        all.iter().map(|c| c.month.as_str()).collect::<Vec<_>>(),
        ["2026-02-01", "2026-03-01", "2026-04-01"]
    );
    assert_eq!((all[0].users, all[2].users), (0, 0));
    let march = &all[1];
    let months: Vec<_> = march.months.iter().map(|m| (m.retained, m.share, m.revenue)).collect();
    assert_eq!((march.users, march.ltv), (2, 750));
    // Thirty days from the first of March end on the last of it; the renewal is paid in March and reaches into April.
    assert_eq!(months, [(2, 10_000, 1500), (1, 5000, 0)]);
    assert_eq!(refused(shop.operator.cohorts(37).await), "bad_input");
}

async fn what_ends_is_lost_after_a_week(shop: Shop) {
    let (late, gone) = (shop.customer_with(dollars(20)).await, shop.customer().await);
    let held = late.has_a_month(&shop).await;
    gone.has_a_month(&shop).await;
    shop.after(days(31)).await;
    shop.after(days(3)).await;
    late.renews(&held, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(of(&summary(&shop).await, "churn"), None, "the week is not over");
    shop.after(days(7)).await;
    let now = summary(&shop).await;
    assert_eq!((of(&now, "churn"), of(&now, "churned")), (Some(5000), Some(1)));
    assert_eq!((of(&now, "renewal_rate"), of(&now, "active")), (Some(5000), Some(1)));
}

async fn folding_again_gives_the_same(shop: Shop) {
    let customer = shop.customer_with(cents(1700)).await;
    let held = customer.has_a_month(&shop).await;
    for _ in 0..3 {
        customer.renews(&held, "wallet").await.expect("renewed");
        shop.after(hours(30)).await;
    }
    let before = summary(&shop).await;
    assert_eq!(of(&before, "revenue"), Some(2000));
    shop.operator.fold_again().await.expect("begun");
    assert_eq!(of(&shop.operator.summary(30).await.expect("a summary"), "revenue"), Some(0));
    shop.works().await;
    assert_eq!(shop.operator.summary(30).await.expect("a summary"), before);
}

async fn days_without_anything_have_values_too(shop: Shop) {
    shop.customer().await.has_a_month(&shop).await;
    shop.folds().await;
    shop.after(days(3)).await;
    let series = shop.operator.series("revenue".to_owned(), None, 5).await.expect("a series");
    assert_eq!(series.days, ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]);
    assert_eq!(series.lines[0].values, [0, 500, 0, 0, 0]);
    let stands = shop.operator.series("active".to_owned(), None, 5).await.expect("a series");
    assert_eq!(stands.lines[0].values, [0, 1, 1, 1, 1]);
    for (figure, by, length) in [
        ("profit", None, 5),
        ("revenue", Some("colour"), 5),
        ("revenue", None, 731),
        ("traffic", Some("plan"), 5),
        ("traffic", None, 731),
    ] {
        let asked = shop.operator.series(figure.to_owned(), by.map(str::to_owned), length).await;
        assert_eq!(refused(asked), "bad_input");
    }
    assert_eq!(refused(shop.operator.summary(0).await), "bad_input");
    assert_eq!(refused(shop.operator.funnel(731).await), "bad_input");
}

async fn what_goes_through_servers_is_counted_by_hour(shop: Shop) {
    shop.customer().await.has_a_month(&shop).await;
    shop.server("frankfurt").carries(GIB);
    shop.after(minutes(6)).await;
    shop.after(hours(2)).await;
    shop.server("frankfurt").carries(2 * GIB);
    shop.after(minutes(6)).await;
    shop.folds().await;
    let gib = i64::try_from(GIB).expect("small");
    let servers = shop.operator.server_figures(1).await.expect("servers");
    let one = servers.iter().find(|server| server.name == "frankfurt").expect("a server");
    assert_eq!((one.load, one.bytes, one.hours.len()), (1, 3 * gib, 24));
    assert_eq!(one.hours.iter().copied().filter(|bytes| *bytes > 0).collect::<Vec<_>>(), [gib, 2 * gib]);
    let listed = shop.operator.servers().await.expect("servers");
    let held = |name: &str| listed.iter().find(|server| server.name == name).map(|server| server.load);
    assert_eq!((held("frankfurt"), listed.len()), (Some(1), servers.len()));
    assert!(servers.iter().all(|of| held(&of.name) == u32::try_from(of.load).ok()), "as it is counted");
    let traffic = shop.operator.series("traffic".to_owned(), Some("server".to_owned()), 3).await;
    let traffic = traffic.expect("a series");
    assert_eq!((traffic.unit.as_str(), traffic.lines[0].values.as_slice()), ("bytes", &[0, 0, 3 * gib][..]));
    assert_eq!(traffic.lines[0].name.as_deref(), Some("frankfurt"));
    // Where the shop's day is ahead, traffic still stands at its own day, that of UTC.
    let ahead = ShopRequest { timezone: Some("Pacific/Kiritimati".to_owned()), ..ShopRequest::default() };
    shop.operator.update_shop(ahead).await.expect("set");
    let whole = shop.operator.series("traffic".to_owned(), None, 3).await.expect("a series");
    assert_eq!((whole.lines.len(), whole.lines[0].slice.as_str()), (1, ""));
    assert_eq!((whole.lines[0].values.as_slice(), &whole.days), (&[0, 0, 3 * gib][..], &traffic.days));
    shop.after(days(16)).await;
    shop.works().await;
    let later =
        shop.operator.series("traffic".to_owned(), Some("server".to_owned()), 20).await.expect("a series");
    assert_eq!(later.lines[0].values.iter().sum::<i64>(), 3 * gib, "kept by the day");
    assert!(shop.operator.signals().await.expect("signals").iter().all(|signal| !signal.high));
}

async fn what_a_reseller_buys_is_told_under_its_name(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let order = branch.shop.customer().await.orders(&branch.shop.transfer).await.expect("an order");
    shop.bank.pays(&order);
    shop.after(minutes(12)).await;
    shop.folds().await;
    let named = branch.shop.operator.shop().await.expect("a shop").name;
    let series = shop.operator.series("revenue".to_owned(), Some("reseller".to_owned()), 7).await;
    let line = series.expect("a series").lines.remove(0);
    assert_eq!((line.slice.as_str(), line.name), (branch.id.as_str(), Some(named)));
    assert_eq!(line.values.iter().sum::<i64>(), 300);
}

async fn figures_are_for_those_who_may_see_reports(shop: Shop) {
    let without = |permission: Permission| -> Permissions {
        Permission::ALL.into_iter().filter(|held| *held != permission).collect()
    };
    let who = Principal { permissions: without(Permission::Reports), ..shop.operator_is.clone() };
    let office = shop.nexa.backoffice(who);
    assert_eq!(refused(office.summary(30).await), "not_allowed");
    assert_eq!(refused(office.series("revenue".to_owned(), None, 30).await), "not_allowed");
    assert_eq!(refused(office.cohorts(3).await), "not_allowed");
    assert_eq!(refused(office.funnel(30).await), "not_allowed");
    assert_eq!(refused(office.server_figures(30).await), "not_allowed");
    assert_eq!(refused(office.signals().await), "not_allowed");
    assert_eq!(refused(office.refresh_figures().await), "not_allowed");
    assert_eq!(refused(office.fold_again().await), "not_allowed");
}
