//! What the shop came to over time, as pages and as tables.

use super::scene::{CANARY, Scene};
use crate::shop::Answer;
use poem::http::StatusCode;

/// A shop that sold something by one gateway, and whose figures know of it.
async fn sold() -> Scene {
    let scene = Scene::open().await;
    scene.paid_to_a_gateway_that_sends_back().await;
    scene.shop.office().await.refresh_figures().await.unwrap();
    scene
}

#[tokio::test]
async fn charts_stand_beside_their_tables_in_every_language() {
    let scene = sold().await;
    let operator = scene.operator().await;
    for (lang, figure, day) in [
        ("en", "Revenue after refunds", "March 1, 2026"),
        ("fa", "درآمد پس از برگشت‌ها", "۱۰ اسفند ۱۴۰۴"),
        ("ru", "Выручка", "1 марта 2026"),
    ] {
        let page = operator.get(&format!("/office/analytics?lang={lang}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let text = page.text;
        assert!(text.contains(figure) && text.contains(day), "{lang}: {text}");
        assert_eq!(text.matches("<svg class=\"chart\"").count(), text.matches("role=\"img\"").count());
        assert!(text.matches("<svg class=\"chart\"").count() >= 5 && text.contains("<table>"), "{text}");
        assert!(!text.contains("style=\"") && !text.contains(CANARY), "{text}");
        assert!(!text.contains("figure-") && !text.contains("analytics-chart"), "a word is missing: {text}");
    }
}

#[tokio::test]
async fn spans_and_cuts_can_be_chosen_and_odd_ones_are_nobody_s() {
    let scene = sold().await;
    let operator = scene.operator().await;
    for by in ["plan", "method", "server", "reseller", "", "%3Cscript%3E"] {
        for days in ["7", "365", "x", "-1", "4000000000"] {
            let page = operator.get(&format!("/office/analytics?days={days}&by={by}")).await;
            assert_eq!(page.status, StatusCode::OK, "{by} {days}: {}", page.text);
            assert!(!page.text.contains(CANARY) && !page.text.contains("<script>alert"), "{}", page.text);
        }
    }
    let by_reseller = operator.get("/office/analytics?by=reseller").await.text;
    assert!(by_reseller.contains("id=\"revenue-0\"") && by_reseller.contains("Nothing in these days"));
    let by_plan = operator.get("/office/analytics?days=90&by=plan").await.text;
    assert!(
        by_plan.contains("Month &#60;script&#62;") || by_plan.contains("Month &lt;script&gt;"),
        "{by_plan}"
    );
}

#[tokio::test]
async fn the_first_page_shows_what_counts() {
    let scene = sold().await;
    let page = scene.operator().await.get("/office").await.text;
    for figure in ["Users", "Active subscriptions", "Revenue after refunds", "First answer, median"] {
        assert!(page.contains(figure), "{figure}: {page}");
    }
}

#[tokio::test]
async fn figures_are_told_as_json_and_as_tables() {
    let scene = sold().await;
    let bearer = format!("Bearer {}", scene.shop.key);
    let ask = async |path: &str| -> Answer {
        scene.shop.get(&format!("/v1/admin/analytics/{path}"), &[("authorization", &bearer)]).await
    };
    let summary = ask("summary?days=7").await.json();
    let revenue =
        summary["figures"].as_array().unwrap().iter().find(|f| f["name"] == "revenue").unwrap().clone();
    assert_eq!((&revenue["unit"], &revenue["value"]), (&"money".into(), &499.into()));
    for path in ["series?figure=mrr&by=plan", "cohorts", "funnel", "servers", "signals"] {
        let answer = ask(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    }
    let tables = [
        ("summary.csv", "figure,unit,value,before,change_basis_points\r\n"),
        ("series.csv?figure=revenue&by=method&days=3", "day,slice,name,revenue\r\n2026-02-27,"),
        ("cohorts.csv", "cohort,users,month,retained,share_basis_points,revenue\r\n"),
        ("funnel.csv", "step,users,share_basis_points\r\nsigned_up,"),
        ("servers.csv", "server_id,name,load,"),
        ("signals.csv", "signal,today,usual,high\r\ntrials,0,0,false\r\n"),
    ];
    for (path, begins) in tables {
        let answer = ask(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        let table = answer.text.strip_prefix('\u{feff}').expect("a byte order mark");
        assert!(table.starts_with(begins), "{path}: {table}");
        assert!(answer.header("content-type").starts_with("text/csv"), "{path}");
    }
    assert_eq!(ask("series?figure=nothing").await.json()["code"], "bad_input");
    assert_eq!(
        scene
            .shop
            .post("/v1/admin/analytics/fold-again", &scene.shop.key, &serde_json::json!({}))
            .await
            .status,
        204
    );
}
