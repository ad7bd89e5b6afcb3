//! A site that speaks EPay: it takes customers who come with a signed address, tells its merchants, and can be asked.

use super::scripted::{Asked, Said, Script};
use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use serde_json::json;
use std::collections::BTreeMap;
use url::form_urlencoded;

/// A site for one merchant.
#[derive(Debug)]
pub struct EpayScript {
    pid: String,
    key: String,
    orders: BTreeMap<String, Order>,
}

#[derive(Debug, Clone)]
struct Order {
    trade: String,
    fields: BTreeMap<String, String>,
    money: String,
    /// 0 waits, 1 is paid, 2 was given back.
    status: u8,
}

/// MD5 as the protocol's own examples do it: sorted text, then the key, in lower-case hexadecimal.
fn signature(fields: &BTreeMap<String, String>, key: &str) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if value.is_empty() || name == "sign" || name == "sign_type" {
            continue;
        }
        if !text.is_empty() {
            text += "&";
        }
        for part in [name.as_str(), "=", value] {
            text += part;
        }
    }
    HEXLOWER.encode(&Md5::digest(format!("{text}{key}")))
}

impl EpayScript {
    /// For this merchant.
    #[must_use]
    pub fn new(pid: &str, key: &str) -> Self {
        Self { pid: pid.to_owned(), key: key.to_owned(), orders: BTreeMap::new() }
    }

    /// The customer comes with an address; whether the site takes it.
    pub fn visit(&mut self, address: &str) -> bool {
        const NEEDED: [&str; 8] =
            ["pid", "out_trade_no", "notify_url", "return_url", "name", "money", "sign", "sign_type"];
        let Ok(url) = url::Url::parse(address) else { return false };
        let given: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let fields: BTreeMap<String, String> = given.iter().cloned().collect();
        let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let known = fields.keys().all(|name| NEEDED.contains(&name.as_str()) || name == "type");
        let money = get("money").split_once('.').is_some_and(|(whole, cents)| {
            !whole.is_empty()
                && cents.len() == 2
                && format!("{whole}{cents}").bytes().all(|b| b.is_ascii_digit())
        });
        let complete = NEEDED.iter().all(|name| !get(name).is_empty()) && given.len() == fields.len();
        let right = get("sign") == signature(&fields, &self.key) && get("sign_type") == "MD5";
        if url.path() != "/submit.php" || !known || !money || !complete || !right || get("pid") != self.pid {
            return false;
        }
        let trade = format!("20261123{:09}", self.orders.len());
        let (name, money) = (get("out_trade_no").to_owned(), get("money").to_owned());
        self.orders.entry(name).or_insert(Order { trade, fields, money, status: 0 });
        true
    }

    /// The customer pays; gives the site's name for it.
    pub fn pay(&mut self, order: &str) -> Option<String> {
        let order = self.orders.get_mut(order).filter(|order| order.status == 0)?;
        order.status = 1;
        Some(order.trade.clone())
    }

    /// The site gives a payment back.
    pub fn give_back(&mut self, trade: &str) {
        for order in self.orders.values_mut().filter(|order| order.trade == trade) {
            order.status = 2;
        }
    }

    /// The site charges something else than it was asked to.
    pub fn mistakes(&mut self, order: &str, money: &str) {
        if let Some(order) = self.orders.get_mut(order) {
            money.clone_into(&mut order.money);
        }
    }

    /// The fields of a message about an order, signed with a key.
    #[must_use]
    pub fn message(&self, order: &str, status: &str, key: &str) -> Vec<(String, String)> {
        let Some(order) = self.orders.get(order) else { return Vec::new() };
        let get = |name: &str| order.fields.get(name).cloned().unwrap_or_default();
        let mut fields = BTreeMap::from([
            ("pid".to_owned(), self.pid.clone()),
            ("trade_no".to_owned(), order.trade.clone()),
            ("out_trade_no".to_owned(), get("out_trade_no")),
            ("type".to_owned(), "alipay".to_owned()),
            ("name".to_owned(), get("name")),
            ("money".to_owned(), order.money.clone()),
            ("trade_status".to_owned(), status.to_owned()),
        ]);
        let sign = signature(&fields, key);
        fields.insert("sign".to_owned(), sign);
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.push(("sign_type".to_owned(), "MD5".to_owned()));
        fields
    }

    fn order(&self, query: &str) -> Said {
        let fields: BTreeMap<String, String> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if get("act") != "order" || get("pid") != self.pid || get("key") != self.key {
            return (200, json!({ "code": -3, "msg": "商户密钥错误" }).to_string());
        }
        let named = |(name, order): &(&String, &Order)| {
            *name == get("out_trade_no") || (get("out_trade_no").is_empty() && order.trade == get("trade_no"))
        };
        let Some((name, order)) = self.orders.iter().find(named) else {
            return (200, json!({ "code": -1, "msg": "订单号不存在" }).to_string());
        };
        let pid: i64 = self.pid.parse().unwrap_or(0);
        let answer = json!({ "code": 1, "msg": "succ", "trade_no": order.trade, "out_trade_no": name,
            "type": "alipay", "pid": pid, "addtime": "2026-11-23 22:48:14", "money": order.money,
            "status": order.status.to_string() });
        (200, answer.to_string())
    }
}

impl Script for EpayScript {
    fn answer(&mut self, asked: &Asked) -> Said {
        if (asked.method.as_str(), asked.path.as_str()) == ("GET", "/api.php") {
            return self.order(&asked.query);
        }
        (404, "{}".to_owned())
    }
}
