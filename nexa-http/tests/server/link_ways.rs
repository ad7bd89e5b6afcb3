//! The customer's link: every client's form, devices, moves, pages that open apps, and guides.

use crate::{
    link::{BROWSER, delivered},
    shop::{Answer, Shop, URL},
    wire::Running,
};
use data_encoding::BASE64;
use nexa_http::{Config, routes, serve::Bounds};
use poem::http::Method;
use serde_json::{Value, json};

const NEVER: &str = "/s/abcdefghijklmnopqrstuvwxyz234567";

/// What the operator changes.
async fn changes(shop: &Shop, method: Method, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {}", shop.key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    shop.send(method, path, &headers, &body.to_string()).await
}

fn told(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    all.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn head_has_the_headers_of_get_in_every_form() {
    let (shop, path, _, _) = delivered().await;
    let agent = [("user-agent", "HiddifyNext/2")];
    for suffix in
        ["", "/base64", "/plain", "/sing-box", "/clash", "/sip008", "/xray", "/wireguard", "/page", "/auto"]
    {
        let path = format!("{path}{suffix}");
        let head = shop.send(Method::HEAD, &path, &agent, "").await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""), "{suffix}");
        let get = shop.get(&path, &agent).await;
        assert!(!get.text.is_empty(), "{suffix}");
        assert_eq!(told(&head), told(&get), "{suffix}");
        assert_eq!(get.headers.get_all("vary").iter().count(), 1, "{suffix}");
        assert!(
            get.header("vary").contains("accept-language, ")
                && get.header("vary").contains("accept-encoding")
        );
    }
    assert_eq!(shop.send(Method::HEAD, NEVER, &[], "").await.status.as_u16(), 404);
}

const JSON: &str = "application/json";
const YAML: &str = "text/yaml";
const TEXT: &str = "text/plain";

/// Every client of the table that peers go by, with the type that it gets and what must be in it.
const CLIENTS: [(&str, &str, &str); 32] = [
    ("HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box", JSON, "\"outbounds\""),
    ("Dart/3.2", JSON, "\"outbounds\""),
    ("SFI/1.10", JSON, "\"outbounds\""),
    ("SFA/1.10", JSON, "\"outbounds\""),
    ("SFM/1.10", JSON, "\"outbounds\""),
    ("SFT/1.10", JSON, "\"outbounds\""),
    ("Karing/1.0", JSON, "\"outbounds\""),
    ("clash-verge/v2.0", YAML, "proxies:"),
    ("Clash.Meta/1.18", YAML, "proxies:"),
    ("ClashX Meta/1.3", YAML, "proxies:"),
    ("FlClash/0.8", YAML, "proxies:"),
    ("mihomo/1.18", YAML, "proxies:"),
    ("NekoBox/1.3", YAML, "proxies:"),
    ("NekoRay/3.26", YAML, "proxies:"),
    ("Pharos/1.2", YAML, "proxies:"),
    ("koala-clash/1.0", YAML, "proxies:"),
    ("Stash/2.7", YAML, "proxies:"),
    ("ClashForWindows/0.20", YAML, "proxies:"),
    ("v2rayNG/1.9.5", TEXT, ""),
    ("v2rayN/7.0", TEXT, ""),
    ("Shadowrocket/2070", TEXT, ""),
    ("V2Box/1.4", TEXT, ""),
    ("FoXray/1.0", TEXT, ""),
    ("Fair/1.0", TEXT, ""),
    ("Loon/762", TEXT, ""),
    ("Streisand/1.6", TEXT, ""),
    ("SagerNet/0.8", TEXT, ""),
    ("Happ/3.2", TEXT, ""),
    ("curl/8", TEXT, ""),
    ("Outline-Client/1.15", JSON, "\"version\": 1"),
    ("Shadowsocks/5.3", JSON, "\"version\": 1"),
    ("Mozilla/5.0 (X11; Linux x86_64)", "text/html", "<html"),
];

#[tokio::test]
async fn every_client_gets_its_form() {
    let (shop, path, _, _) = delivered().await;
    for (agent, kind, mark) in CLIENTS {
        let answer = shop.get(&path, &[("user-agent", agent)]).await;
        assert!(
            answer.header("content-type").starts_with(kind),
            "{agent}: {}",
            answer.header("content-type")
        );
        assert!(answer.text.contains(mark), "{agent}: {}", answer.text);
        assert!(kind != TEXT || BASE64.decode(answer.text.as_bytes()).is_ok(), "{agent}");
        if kind != "text/html" {
            assert!(answer.header("subscription-userinfo").contains("expire="), "{agent}");
            assert!(answer.header("content-disposition").contains("filename=\""), "{agent}");
        }
    }
}

#[tokio::test]
async fn xray_and_wireguard_have_addresses_of_their_own() {
    let (shop, path, _, _) = delivered().await;
    let xray = shop.get(&format!("{path}/xray"), &[]).await;
    assert!(xray.header("content-type") == JSON && xray.header("content-disposition").contains(".json"));
    assert_eq!(xray.json()[1]["outbounds"][0]["protocol"], "vless");
    let wireguard = shop.get(&format!("{path}/wireguard"), &[]).await;
    assert!(wireguard.header("content-disposition").contains(".conf"));
    let first = "# This subscription has no WireGuard server\n[Interface]";
    assert!(wireguard.text.starts_with(first), "{}", wireguard.text);
}

#[tokio::test]
async fn a_device_too_many_is_told_so() {
    let (shop, path, token, id) = delivered().await;
    let plain = format!("{path}/plain");
    let come = async |hwid: &str| shop.get(&plain, &[("x-hwid", hwid), ("x-device-model", hwid)]).await;
    for hwid in ["device-1", "device-2"] {
        let answer = come(hwid).await;
        assert_eq!((answer.header("x-hwid-active"), answer.header("x-hwid-limit")), ("true", ""));
    }
    let full = come("device-3").await;
    assert_eq!(full.status.as_u16(), 200);
    for name in ["x-hwid-active", "x-hwid-limit", "x-hwid-max-devices-reached"] {
        assert_eq!(full.header(name), "true", "{name}");
    }
    assert!(
        full.text.contains("Device%20limit%20reached") && full.text.lines().count() == 1,
        "{}",
        full.text
    );
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let list = format!("/v1/subscriptions/{id}/devices");
    let devices = shop.get(&list, &headers).await.json();
    assert_eq!(devices[0]["name"], "device-1");
    let one = format!("{list}/{}", devices[0]["device_id"].as_str().unwrap());
    let renamed = shop.send(Method::PATCH, &one, &headers, r#"{"name":"Mum"}"#).await;
    assert_eq!(renamed.json()["name"], "Mum");
    assert_eq!(shop.send(Method::DELETE, &one, &headers, "").await.status.as_u16(), 204);
    assert_eq!(come("device-3").await.header("x-hwid-limit"), "");
    let require = changes(&shop, Method::PATCH, "/v1/admin/links", &json!({ "devices": "require" })).await;
    assert_eq!(require.json()["devices"], "require");
    let unnamed = shop.get(&path, &[("user-agent", "v2rayNG/1.9")]).await;
    assert_eq!((unnamed.status.as_u16(), unnamed.header("x-hwid-not-supported")), (200, "true"));
}

#[tokio::test]
async fn an_operator_sets_rules_and_their_headers() {
    let (shop, path, _, _) = delivered().await;
    let rule = |header: &str, value: &str| {
        json!({ "rules": [{ "header": "user-agent", "operator": "starts_with", "value": "Happ/", "form": "xray",
            "headers": [{ "name": header, "value": value }] }] })
    };
    let rules = rule("profile-update-interval", "12");
    let set = changes(&shop, Method::PUT, "/v1/admin/link-rules", &rules).await;
    assert_eq!((set.status.as_u16(), &set.json()["standard"]), (200, &json!(false)), "{}", set.text);
    let happ = shop.get(&path, &[("user-agent", "Happ/3.2")]).await;
    assert!(happ.json().is_array());
    assert_eq!(happ.headers.get_all("profile-update-interval").iter().collect::<Vec<_>>(), ["12"]);
    let odd = changes(&shop, Method::PUT, "/v1/admin/link-rules", &rule("set-cookie", "a=b")).await;
    assert_eq!(odd.code(), "bad_input");
}

#[tokio::test]
async fn a_link_moves_to_another_host() {
    let (shop, path, _, _) = delivered().await;
    let hosts = async |state: &str| {
        let new = json!({ "host": "new.example", "state": "active" });
        let hosts = json!({ "hosts": [new, { "host": "shop.example", "state": state }] });
        let set = changes(&shop, Method::PATCH, "/v1/admin/links", &hosts).await;
        assert_eq!(set.status.as_u16(), 200, "{}", set.text);
    };
    let new = format!("https://new.example{path}");
    hosts("moving_away").await;
    let moving = shop.get(&path, &[("user-agent", "v2rayNG/1.9")]).await;
    assert_eq!((moving.status.as_u16(), moving.header("moved-permanently-to")), (200, new.as_str()));
    let sentence = BASE64.decode(moving.header("announce").trim_start_matches("base64:").as_bytes()).unwrap();
    assert!(String::from_utf8(sentence).unwrap().contains("address of your subscription changes"));
    hosts("moved").await;
    let sent = shop.get(&path, &[]).await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (308, new.as_str()));
    assert_eq!(sent.header("moved-permanently-to"), new);
    let sent = shop.get(&format!("{path}/clash"), &[]).await;
    assert_eq!(sent.header("location"), format!("{new}/clash"));
    assert_eq!(shop.get(NEVER, &[]).await.status.as_u16(), 404, "a dead link is not sent on");
}

#[tokio::test]
async fn an_app_is_opened_by_a_page_of_ours() {
    let (shop, path, _, _) = delivered().await;
    let page = shop.get(&format!("{path}/open/hiddify"), &[BROWSER]).await;
    let address = format!("hiddify://import/https://shop.example{path}#Test%20%3Cshop%3E");
    assert_eq!(page.header("refresh"), format!("0;url={address}"));
    assert!(page.text.contains(&format!("href=\"{address}\"")), "{}", page.text);
    assert!(page.text.contains("Hiddify") && !page.text.contains("<script>"));
    assert_eq!((page.header("x-robots-tag"), page.header("referrer-policy")), ("noindex", "no-referrer"));
    for other in [format!("{path}/open/javascript"), format!("{NEVER}/open/hiddify")] {
        let gone = shop.get(&other, &[]).await;
        assert!(gone.status.as_u16() == 404 && gone.text.contains("leads nowhere"), "{}", gone.text);
        assert_eq!(gone.header("refresh"), "");
    }
}

#[tokio::test]
async fn a_guide_shows_how_and_nothing_else() {
    let (shop, path, token, id) = delivered().await;
    let made = shop.post(&format!("/v1/subscriptions/{id}/guide"), &token, &json!({})).await.json();
    let address = made["link"].as_str().unwrap().strip_prefix(URL).unwrap().to_owned();
    for (language, word) in [("en", "Set up a device"), ("fa", "روی یک دستگاه")] {
        let page = shop.get(&format!("{address}?lang={language}"), &[BROWSER]).await;
        assert!(page.text.contains(word), "{}", page.text);
        assert!(page.text.contains(&format!("https://shop.example{path}")) && page.text.contains("<svg"));
        assert!(!page.text.contains("GiB") && !page.text.contains("Month") && !page.text.contains("guide-"));
    }
    let android =
        shop.get(&address, &[("user-agent", "Mozilla/5.0 (Linux; Android 14)"), BROWSER]).await.text;
    assert!(android.find("<summary>Android").unwrap() < android.find("<summary>Windows").unwrap());
    shop.post(&format!("/v1/subscriptions/{id}/reset-link"), &token, &json!({})).await;
    let gone = shop.get(&address, &[]).await;
    let never = shop.get("/guide/x", &[]).await;
    assert_eq!((gone.status.as_u16(), &gone.text), (404, &never.text));
}

#[tokio::test]
async fn the_page_puts_the_own_system_first() {
    let (shop, path, _, _) = delivered().await;
    let page = shop.get(&path, &[("user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)")]).await.text;
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in {page}"));
    assert!(at("<h3>Windows</h3>") < at("<summary>Android</summary>"));
    assert!(at("v2rayn://") < at("<summary>Android</summary>"));
}

#[tokio::test]
async fn a_page_reports_how_servers_are_reached() {
    let (shop, path, _, _) = delivered().await;
    let latency = format!("{path}/latency");
    let send = async |body: &str| shop.send(Method::POST, &latency, &[], body).await;
    let id = shop.office().await.servers().await.unwrap().remove(0).server_id;
    assert_eq!(send(&format!(r#"[{{"server":"{id}","ms":80}}]"#)).await.status.as_u16(), 204);
    for odd in ["", "{}", "[]", r#"[{"server":"x","ms":-1}]"#, &format!("[{}]", " ".repeat(9000))] {
        assert!(send(odd).await.status.is_client_error(), "{odd}");
    }
    let dead = shop.send(Method::POST, &format!("{NEVER}/latency"), &[], "[]").await;
    assert_eq!(dead.status.as_u16(), 404);
    let forged = [("sec-fetch-site", "cross-site")];
    assert_eq!(shop.send(Method::POST, &latency, &forged, "[]").await.status.as_u16(), 403);
}

#[tokio::test]
async fn an_unknown_suffix_is_told_to_who_has_the_link() {
    let (shop, path, _, _) = delivered().await;
    let answer = shop.get(&format!("{path}/exe"), &[]).await;
    assert!(answer.status.as_u16() == 404 && answer.text.contains("no such format"), "{}", answer.text);
    let page = shop.get(&format!("{path}/exe"), &[BROWSER]).await;
    assert!(page.status.as_u16() == 404 && page.text.contains("Unknown format"), "{}", page.text);
    let (dead, never) = (shop.get(&format!("{NEVER}/exe"), &[]).await, shop.get(NEVER, &[]).await);
    assert_eq!((dead.status.as_u16(), &dead.text), (404, &never.text), "and to nobody else");
}

#[tokio::test]
async fn guessing_links_is_stopped_and_neighbours_are_served() {
    let (shop, path, _, _) = delivered().await;
    let guess = async |n: u32| shop.get(&format!("/s/abcdefghijklmnopqrstuvwxyz23{n:04}"), &[]).await;
    for n in 0..31 {
        assert_eq!(guess(n).await.status.as_u16(), 404, "{n}");
    }
    let stopped = guess(31).await;
    assert_eq!((stopped.status.as_u16(), stopped.header("retry-after")), (429, "60"));
    assert_eq!(shop.get("/s/x", &[]).await.status.as_u16(), 429);
    assert_eq!(shop.get(&path, &[]).await.status.as_u16(), 200, "somebody behind the same address");
}

#[tokio::test]
async fn over_a_socket_head_has_no_body_and_vary_stands_once() {
    let (shop, path, _, _) = delivered().await;
    let server = Running::start(routes(shop.nexa.clone(), Config::new(URL)), Bounds::default()).await;
    let ask = async |method: &str| {
        let rest = "Host: shop.example\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
        let answer = server.say(format!("{method} {path}/clash HTTP/1.1\r\n{rest}").as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").map(|(h, b)| (h.to_owned(), b.to_owned())).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert_eq!(head.matches("\r\nvary: ").count(), 1, "{head}");
        (head, body)
    };
    let (head, body) = ask("HEAD").await;
    assert!(body.is_empty() && !head.contains("content-length: 0"), "{head}");
    assert!(head.contains("subscription-userinfo: "), "{head}");
    let (head, body) = ask("GET").await;
    assert!(head.contains("content-encoding: gzip") && !body.is_empty(), "{head}");
    server.end().await;
}
