use super::*;
use serde_json::json;

/// An address that somebody typed, and whether it may be called when only the public Internet may be.
const TABLE: &[(&str, bool)] = &[
    // What it is for.
    ("https://hooks.example.org/in", true),
    ("https://hooks.example.org/in?token=abc&x=%20", true),
    ("https://hooks.example.org:8443/in", true),
    ("https://hooks.example.org./in", true),
    ("https://1.1.1.1/in", true),
    ("https://[2606:4700::1111]/in", true),
    ("https://172.32.0.1/", true),
    ("https://100.128.0.1/", true),
    ("https://192.0.1.1/", true),
    ("https://198.20.0.1/", true),
    ("https://xn--mgbh0fb.example.org/", true),
    ("https://localhost.example.org/", true),
    ("https://internal.example.org/", true),
    // This machine, however it is written.
    ("https://127.0.0.1/", false),
    ("https://127.1/", false),
    ("https://127.255.255.254/", false),
    ("https://2130706433/", false),
    ("https://0x7f000001/", false),
    ("https://0x7f.1/", false),
    ("https://0177.0.0.1/", false),
    ("https://017700000001/", false),
    ("https://127.0.0.1./", false),
    ("https:127.0.0.1/", false),
    ("https:/127.0.0.1/", false),
    ("https:\\\\127.0.0.1/", false),
    ("https:127.0.0.1/://hooks.example.org/", false),
    ("https://127。0。0。1/", false),
    ("https://１２７.0.0.1/", false),
    ("https://%31%32%37.0.0.1/", false),
    ("https://localhost/", false),
    ("https://LOCALHOST/", false),
    ("https://localhost./", false),
    ("https://ⓛocalhost/", false),
    ("https://a.localhost/", false),
    ("https://[::1]/", false),
    ("https://[0:0:0:0:0:0:0:1]/", false),
    ("https://[::]/", false),
    ("https://0.0.0.0/", false),
    ("https://0/", false),
    ("https://0.1.2.3/", false),
    ("https://[::ffff:127.0.0.1]/", false),
    ("https://[::ffff:7f00:1]/", false),
    ("https://[::127.0.0.1]/", false),
    ("https://[64:ff9b::7f00:1]/", false),
    ("https://[64:ff9b:1::1]/", false),
    ("https://[2002:7f00:1::]/", false),
    ("https://[2001::7f00:1]/", false),
    // Networks inside.
    ("https://10.0.0.1/", false),
    ("https://172.16.0.1/", false),
    ("https://172.31.255.255/", false),
    ("https://192.168.1.1/", false),
    ("https://169.254.169.254/latest/meta-data/", false),
    ("https://[::ffff:169.254.169.254]/", false),
    ("https://[fd00:ec2::254]/", false),
    ("https://[fe80::1]/", false),
    ("https://[fec0::1]/", false),
    ("https://100.64.0.1/", false),
    ("https://panel/", false),
    ("https://metadata.google.internal/", false),
    ("https://router.local/", false),
    ("https://router.lan/", false),
    ("https://nas.home.arpa/", false),
    ("https://abcdef.onion/", false),
    // Networks of nobody.
    ("https://192.0.0.8/", false),
    ("https://192.0.2.1/", false),
    ("https://198.51.100.1/", false),
    ("https://203.0.113.1/", false),
    ("https://198.18.0.1/", false),
    ("https://192.88.99.1/", false),
    ("https://224.0.0.1/", false),
    ("https://240.0.0.1/", false),
    ("https://255.255.255.255/", false),
    ("https://[2001:db8::1]/", false),
    ("https://[ff02::1]/", false),
    ("https://[100::1]/", false),
    ("https://[5f00::1]/", false),
    // What is no address of a web service.
    ("http://hooks.example.org/in", false),
    ("http://127.0.0.1/", false),
    ("ftp://hooks.example.org/", false),
    ("file:///etc/passwd", false),
    ("gopher://hooks.example.org/", false),
    ("data:text/plain,hello", false),
    ("javascript:alert(1)", false),
    ("unix:/run/docker.sock", false),
    ("https://user@hooks.example.org/", false),
    ("https://user:word@hooks.example.org/", false),
    ("https://hooks.example.org@127.0.0.1/", false),
    ("https://hooks.example.org:22/", false),
    ("https://hooks.example.org:25/", false),
    ("https://hooks.example.org:587/", false),
    ("https://hooks.example.org:6667/", false),
    ("https://hooks.example.org:0/", false),
    ("https://hooks.example.org:99999/", false),
    ("https:///in", false),
    ("//hooks.example.org/in", false),
    ("/in", false),
    ("hooks.example.org", false),
    ("https://hooks.exa mple.org/", false),
    ("https://hooks.example.org/\r\nHost: inside", false),
    ("", false),
];

#[test]
fn addresses_are_judged_by_what_they_lead_to() {
    assert!(TABLE.len() >= 60, "{}", TABLE.len());
    for (text, allowed) in TABLE {
        let read = web_address("url", text, Range::Public);
        assert_eq!(read.is_ok(), *allowed, "{text}: {read:?}");
    }
    let long = format!("https://hooks.example.org/{}", "x".repeat(2048));
    assert!(web_address("url", &long, Range::Public).is_err());
}

#[test]
fn an_operator_may_call_the_own_network_and_not_a_stranger_in_clear() {
    for good in ["http://127.0.0.1:9000/in", "http://10.0.0.2/", "https://panel.lan/", "https://100.64.0.1/"]
    {
        assert!(web_address("url", good, Range::Anywhere).is_ok(), "{good}");
    }
    for bad in
        ["http://hooks.example.org/", "http://100.64.0.1/", "https://u@127.0.0.1/", "http://127.0.0.1:25/"]
    {
        assert!(web_address("url", bad, Range::Anywhere).is_err(), "{bad}");
    }
}

#[test]
fn one_address_inside_spoils_the_answer() {
    let at = |text: &str| text.parse::<SocketAddr>().unwrap();
    let (outside, inside) = (at("1.1.1.1:443"), at("[::ffff:10.0.0.1]:443"));
    assert_eq!(judged(vec![outside], Range::Public), Ok(vec![outside]));
    assert!(judged(vec![outside, inside], Range::Public).is_err());
    assert!(judged(vec![], Range::Anywhere).is_err());
    assert_eq!(judged(vec![outside, inside], Range::Anywhere), Ok(vec![outside, inside]));
}

#[test]
fn a_configuration_is_searched_to_its_depth() {
    assert!(without_inner(&json!({ "base_url": "https://pay.example.org", "key": "a:b", "n": 1 })).is_ok());
    let proxy = "socks5://u:p@proxy.example.org:1080";
    assert!(without_inner(&json!({ "proxy": proxy, "name": "Net: 10.0.0.1" })).is_ok());
    for inside in [
        json!({ "base_url": "http://127.0.0.1:23000" }),
        json!({ "servers": ["https://node.example.org", { "url": "http://10.0.0.1" }] }),
        json!({ "proxy": "socks5://localhost:9050" }),
        json!({ "proxy": "socks5h://2130706433:9050" }),
        json!({ "node": " HTTP://[::1]:8332" }),
        json!({ "base_url": "https:10.0.0.1" }),
        json!({ "base_url": "https:/10.0.0.1/" }),
        json!({ "base_url": "https:\\\\10.0.0.1/" }),
        json!({ "base_url": "https:/\t/10.0.0.1/" }),
        json!({ "base_url": "ht\ntps:10.0.0.1" }),
        json!({ "base_url": "https:10.0.0.1/://pay.example.org" }),
        json!({ "proxy": "socks5:/\t/10.0.0.1:9050" }),
        json!(["http://"]),
    ] {
        assert!(without_inner(&inside).is_err(), "{inside}");
    }
}
