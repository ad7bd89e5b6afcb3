//! What users of ours are on the panel, and which panels are taken.

use crate::{Fake, connect, is_rejected, run};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::Grant,
        link::Format,
        time::{after, days},
    },
    ports::outcome::Outcome,
};
use nexa_marzban::testing::Release;
use serde_json::json;

#[test]
fn an_identity_stands_in_no_name_and_no_address() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        let user = fake.server.made(grant.panel_id).unwrap();
        let id = grant.panel_id.expose();
        for part in id.split('-').filter(|part| part.len() > 4) {
            assert!(!user.username.contains(part));
        }
        assert_eq!(user.proxies.keys().collect::<Vec<_>>(), ["shadowsocks", "vless", "vmess"]);
        assert!(user.proxies.values().all(|settings| settings.to_string().contains(&id)));
    });
}

#[test]
fn users_get_the_inbounds_that_were_chosen() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        assert!(fake.server.made(grant.panel_id).unwrap().excluded.is_empty(), "all of them");
        let choosy = connect(&fake.server, json!({"inbounds": ["VLESS WS"], "flow": "xtls-rprx-vision"}));
        assert_eq!(choosy.holds(&grant).await, Outcome::Done(false));
        assert!(matches!(choosy.apply(&grant).await, Outcome::Done(_)));
        let user = fake.server.made(grant.panel_id).unwrap();
        assert_eq!(user.proxies.keys().collect::<Vec<_>>(), ["vless"]);
        assert_eq!(user.excluded.iter().collect::<Vec<_>>(), ["VLESS REALITY"]);
        assert_eq!(user.proxies["vless"]["flow"], "xtls-rprx-vision");
        let wrong = connect(&fake.server, json!({"inbounds": ["VLESS WS", "Trojan"]}));
        assert!(is_rejected(&wrong.health().await, "no inbound Trojan"));
        assert!(is_rejected(&wrong.apply(&grant).await, "no inbound Trojan"));
    });
}

#[test]
fn what_never_ends_there_ends_here() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        let long = Grant { ends_at: after(grant.ends_at, days(12_000)), ..grant };
        assert!(matches!(fake.panel.apply(&long).await, Outcome::Done(_)));
        assert_eq!(fake.panel.holds(&long).await, Outcome::Done(true));
        assert_eq!(fake.server.made(long.panel_id).unwrap().expire, 0, "beyond what its databases keep");
    });
}

#[test]
fn a_panel_that_is_not_supported_is_refused_and_never_written_to() {
    run(async {
        for (release, word) in [(Release::TooOld, "0.6"), (Release::PasarGuard, "PasarGuard")] {
            let fake = Fake::of(release, json!({})).await;
            assert!(is_rejected(&fake.panel.health().await, word), "{release:?}");
            assert!(is_rejected(&fake.panel.apply(&fresh_grant()).await, word), "{release:?}");
            assert!(fake.server.users().is_empty());
        }
        let health = Fake::start().await.panel.health().await.done().unwrap();
        assert_eq!((health.version.as_str(), health.warning), ("0.8.4", None));
    });
}

#[test]
fn documents_come_from_where_the_operator_said() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        // The panel itself names a host that is not the one it is reached at.
        assert!(matches!(fake.panel.document(grant.panel_id, Format::SingBox).await, Outcome::Done(_)));
        let elsewhere = connect(&fake.server, json!({"client_base_url": "http://127.0.0.1:9"}));
        let document = elsewhere.document(grant.panel_id, Format::SingBox).await;
        assert!(matches!(document, Outcome::Unreachable(_)), "{document:?}");
        assert!(matches!(elsewhere.document(grant.panel_id, Format::Uris).await, Outcome::Done(_)));
        assert!(is_rejected(&fake.panel.document(grant.panel_id, Format::Extras).await, "no such document"));
    });
}
