//! A browser without script: it keeps cookies, says where it comes from, and sends forms.

use crate::shop::{Answer, Shop};
use poem::http::{Method, StatusCode};
use std::{cell::RefCell, collections::BTreeMap};

/// A browser: it keeps cookies, says where it comes from, and follows redirects when told to.
pub struct Browser<'a> {
    shop: &'a Shop,
    pub cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub fn new(shop: &'a Shop) -> Self {
        Self { shop, cookies: RefCell::default() }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub async fn ask(&self, method: Method, path: &str, kind: &str, body: &str) -> Answer {
        let jar =
            self.cookies.borrow().iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ");
        let mut headers = vec![("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        if !jar.is_empty() {
            headers.push(("cookie", &jar));
        }
        if !kind.is_empty() {
            headers.push(("content-type", kind));
        }
        let answer = self.shop.send(method, path, &headers, body).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            let mut jar = self.cookies.borrow_mut();
            if line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", "").await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = fields.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect::<Vec<_>>().join("&");
        self.ask(Method::POST, path, "application/x-www-form-urlencoded", &pairs).await
    }

    /// Posts, expects to be sent on, and looks there.
    pub async fn through(&self, path: &str, fields: &[(&str, &str)]) -> (String, Answer) {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        let to = answer.header("location").to_owned();
        let page = self.get(&to).await;
        (to, page)
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_once(end).unwrap().0
}

/// A browser with an anonymous account, and its number.
pub async fn signed_up(shop: &Shop) -> (Browser<'_>, String) {
    let browser = Browser::new(shop);
    let page = browser.post("/sign-up", &[("next", "/wallet")]).await;
    let number = between(&page.text, "data-copy=\"", "\"").to_owned();
    assert_eq!(number.len(), 25, "{number}");
    (browser, number)
}
