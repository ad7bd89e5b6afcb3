//! What the operator puts on sale.

mod reseller;

pub use reseller::{Reseller, costs, prepaid, takes};

use super::{GIB, Shop, dollars};
use nexa_core::{
    backoffice::model::{
        AddCouponRequest, AddPlanRequest, AddServerRequest, CouponTerms, GroupRequest, OperatorCouponView,
        PackRequest, ShopRequest, UpdatePlanRequest,
    },
    storefront::model::MoneyView,
};
use serde_json::json;

impl Shop {
    /// The operator adds a server to the first group.
    pub async fn adds_server(&self, name: &str) -> String {
        self.adds_panel(name, "memory", json!({ "name": name })).await
    }

    /// The operator adds a server of this kind to the first group.
    pub async fn adds_panel(&self, name: &str, kind: &str, config: serde_json::Value) -> String {
        let request = AddServerRequest {
            name: name.to_owned(),
            kind: kind.to_owned(),
            group_id: None,
            config,
            region: None,
            capacity: None,
        };
        self.operator.add_server(request).await.expect("a server").server_id
    }

    /// The operator puts a plan for two devices on sale.
    pub async fn adds_plan(&self, name: &str, days: u32, traffic_bytes: u64, price: MoneyView) -> String {
        let (group_id, prices) = (None, vec![price]);
        let name = name.to_owned();
        let request = AddPlanRequest {
            name,
            days,
            traffic_bytes,
            devices: 2,
            extras: vec![],
            group_id,
            prices,
            on_sale: true,
        };
        self.operator.add_plan(request).await.expect("a plan").plan_id
    }

    /// The operator sells a month with one server, in Germany (`berlin`) or in Finland (`helsinki`): 10 GiB, 5 dollars.
    pub async fn sells_abroad(&self) -> String {
        let group = GroupRequest { name: "abroad".to_owned(), spread: 1 };
        let group = self.operator.add_group(group).await.expect("a group").group_id;
        for (name, region) in [("berlin", "DE"), ("helsinki", "FI")] {
            let request = AddServerRequest {
                name: name.to_owned(),
                kind: "memory".to_owned(),
                group_id: Some(group.clone()),
                config: json!({ "name": name }),
                region: Some(region.to_owned()),
                capacity: None,
            };
            self.operator.add_server(request).await.expect("a server");
        }
        let request = AddPlanRequest {
            name: "Abroad".to_owned(),
            days: 30,
            traffic_bytes: 10 * GIB,
            devices: 2,
            extras: vec![],
            group_id: Some(group),
            prices: vec![dollars(5)],
            on_sale: true,
        };
        self.operator.add_plan(request).await.expect("a plan").plan_id
    }

    /// The operator adopts services as this plan.
    pub async fn adopts_as(&self, plan: &str) {
        let request = ShopRequest { adoption_plan_id: Some(plan.to_owned()), ..ShopRequest::default() };
        self.operator.update_shop(request).await.expect("an adoption plan");
    }

    /// The operator puts a month for six devices on sale: 10 GiB, 9 dollars.
    pub async fn adds_family_plan(&self) -> String {
        let plan = self.adds_plan("Family", 30, 10 * GIB, dollars(9)).await;
        let six = UpdatePlanRequest {
            name: None,
            days: None,
            traffic_bytes: None,
            devices: Some(6),
            prices: None,
            extras: None,
            on_sale: None,
        };
        self.operator.update_plan(&plan, six).await.expect("six devices").plan_id
    }

    /// The operator sells a pack: `traffic` in bytes, or `devices`.
    pub async fn adds_pack(&self, kind: &str, amount: u64, price: MoneyView) -> String {
        let (pack_id, prices) = (None, vec![price]);
        let (kind, name) = (kind.to_owned(), format!("More {kind}"));
        let request = PackRequest { pack_id, kind, name, amount, prices, on_sale: true };
        self.operator.save_pack(request).await.expect("a pack").pack_id
    }

    /// The operator makes a coupon.
    pub async fn adds_coupon(&self, code: &str, terms: CouponTerms) -> OperatorCouponView {
        let request = AddCouponRequest { code: code.to_owned(), terms, enabled: true };
        self.operator.add_coupon(request).await.expect("a coupon")
    }
}

/// So many hundredths off, without any limit.
pub const fn percent_off(percent: u32) -> CouponTerms {
    CouponTerms {
        percent: Some(percent),
        amount: None,
        days: None,
        traffic_bytes: None,
        total: None,
        per_user: None,
        first_only: false,
        from: None,
        until: None,
        at_least: None,
        plan_ids: Vec::new(),
        purposes: Vec::new(),
    }
}
