//! The part of the operator's port that is about coupons.

use super::{
    LocalBackoffice,
    model::{
        AddCouponRequest, CouponTerms, CouponUsePage, CouponUseView, OperatorCouponPage, OperatorCouponView,
        UpdateCouponRequest,
    },
};
use crate::{
    domain::{
        coupon::{Benefit, Coupon, CouponUse, Limits},
        measure::Traffic,
        order::{Order, What},
        permission::Permission,
        refusal::Refusal,
    },
    engine::cases::{self, CouponWish, Ground},
    error::Result,
    storefront::{
        model::{PageRequest, Purpose},
        view::{amount, bot_link, coupon as made, moment, money, next, word},
    },
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Coupons of a shop.
///
/// # Behaviour
/// - `add_coupon` takes each code once, and refuses what could never work or would pay customers.
/// - `update_coupon` changes nothing about orders that were placed before.
/// - A coupon that is not enabled is unknown to customers.
/// - `coupon_uses` shows every order that was placed with a coupon, and whether its use is held, spent or free again.
#[async_trait]
pub trait CouponBook: Send + Sync {
    /// Coupons, newest first, without those that are one customer's own: an export has them.
    async fn coupons(&self, page: PageRequest) -> Result<OperatorCouponPage>;
    /// One.
    async fn coupon(&self, coupon_id: &str) -> Result<OperatorCouponView>;
    /// Adds one.
    async fn add_coupon(&self, request: AddCouponRequest) -> Result<OperatorCouponView>;
    /// Changes one; its code stays.
    async fn update_coupon(
        &self,
        coupon_id: &str,
        request: UpdateCouponRequest,
    ) -> Result<OperatorCouponView>;
    /// What was ordered with one, newest first.
    async fn coupon_uses(&self, coupon_id: &str, page: PageRequest) -> Result<CouponUsePage>;
}

#[async_trait]
impl CouponBook for LocalBackoffice {
    async fn coupons(&self, request: PageRequest) -> Result<OperatorCouponPage> {
        let page = self.page(Permission::Catalogue, &request)?;
        let ground = cases::ground(&self.core, &self.who).await?;
        let rows = self.read(Permission::Catalogue).await?.coupons(self.who.shop_id, page).await?;
        let next = next(&rows, page, |c| c.id.to_string());
        Ok(OperatorCouponPage { items: rows.iter().map(|c| view(&ground, c)).collect(), next })
    }

    async fn coupon(&self, coupon_id: &str) -> Result<OperatorCouponView> {
        let id = self.id(Permission::Catalogue, coupon_id)?;
        let ground = cases::ground(&self.core, &self.who).await?;
        let found = self.read(Permission::Catalogue).await?.coupon(self.who.shop_id, id).await?;
        Ok(view(&ground, &found.ok_or(Refusal::NotFound)?))
    }

    async fn add_coupon(&self, request: AddCouponRequest) -> Result<OperatorCouponView> {
        self.who.may(Permission::Catalogue)?;
        let wish = wish(&request.terms, request.enabled)?;
        let coupon = cases::add_coupon(&self.core, &self.who, request.code, wish).await?;
        Ok(view(&cases::ground(&self.core, &self.who).await?, &coupon))
    }

    async fn update_coupon(
        &self,
        coupon_id: &str,
        request: UpdateCouponRequest,
    ) -> Result<OperatorCouponView> {
        let id = self.id(Permission::Catalogue, coupon_id)?;
        let wish = wish(&request.terms, request.enabled)?;
        let coupon = cases::change_coupon(&self.core, &self.who, id, wish).await?;
        Ok(view(&cases::ground(&self.core, &self.who).await?, &coupon))
    }

    async fn coupon_uses(&self, coupon_id: &str, request: PageRequest) -> Result<CouponUsePage> {
        let (id, page) =
            (self.id(Permission::Catalogue, coupon_id)?, self.page(Permission::Catalogue, &request)?);
        let rows = cases::coupon_uses(&self.core, &self.who, id, page).await?;
        let next = next(&rows, page, |(noted, _)| noted.order_id.to_string());
        Ok(CouponUsePage { items: rows.iter().map(a_use).collect(), next })
    }
}

/// What the operator wants of a coupon.
fn wish(terms: &CouponTerms, enabled: bool) -> Result<CouponWish> {
    let parts = [
        terms.percent.map(|percent| Ok(Benefit::Percent { percent })),
        terms.amount.as_ref().map(|of| amount(of).map(|amount| Benefit::Amount { amount })),
        terms.days.map(|days| Ok(Benefit::Days { days })),
        terms.traffic_bytes.map(|bytes| Ok(Benefit::Traffic { traffic: Traffic::bytes(bytes) })),
    ];
    let mut given = parts.into_iter().flatten();
    let one = Refusal::bad_input("terms", "exactly one of percent, amount, days and traffic_bytes");
    let (Some(benefit), None) = (given.next(), given.next()) else { return Err(one.into()) };
    let limits = Limits {
        total: terms.total,
        per_user: terms.per_user,
        first_only: terms.first_only,
        from: at("from", terms.from.as_deref())?,
        until: at("until", terms.until.as_deref())?,
        at_least: terms.at_least.as_ref().map(amount).transpose()?,
        plans: terms.plan_ids.iter().map(|plan| crate::engine::id(plan)).collect::<Result<_>>()?,
        kinds: kinds(&terms.purposes)?,
    };
    Ok(CouponWish { benefit: benefit?, limits, enabled })
}

fn at(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Refusal> {
    let read = text.map(str::parse::<Timestamp>).transpose();
    read.map_err(|_| Refusal::bad_input(field, "a moment like 2026-11-27T18:00:00Z"))
}

/// The kinds of order behind purposes. Packs are one kind, so both of them must be named or neither.
fn kinds(purposes: &[Purpose]) -> Result<Vec<What>, Refusal> {
    let packs = [Purpose::TrafficPack, Purpose::DevicePack].map(|pack| purposes.contains(&pack));
    if packs[0] != packs[1] {
        return Err(Refusal::bad_input("purposes", "both kinds of pack or neither"));
    }
    let kind = |purpose: &Purpose| {
        Ok(match purpose {
            Purpose::New => What::New,
            Purpose::Renewal => What::Renewal,
            Purpose::Change => What::Change,
            Purpose::TrafficPack | Purpose::DevicePack => What::Pack,
            Purpose::TopUp => What::TopUp,
            Purpose::Gift => What::Gift,
            Purpose::Trial => What::Trial,
            Purpose::Given => What::Given,
            Purpose::Adopted => What::Adopted,
            Purpose::Other => return Err(Refusal::bad_input("purposes", "one of those that are documented")),
        })
    };
    purposes.iter().map(kind).collect()
}

fn purposes(kinds: &[What]) -> Vec<Purpose> {
    let named = |kind: &What| match kind {
        What::New => vec![Purpose::New],
        What::Renewal => vec![Purpose::Renewal],
        What::Change => vec![Purpose::Change],
        What::Pack => vec![Purpose::TrafficPack, Purpose::DevicePack],
        What::TopUp => vec![Purpose::TopUp],
        What::Gift => vec![Purpose::Gift],
        What::Trial => vec![Purpose::Trial],
        What::Given => vec![Purpose::Given],
        What::Adopted => vec![Purpose::Adopted],
    };
    kinds.iter().flat_map(named).collect()
}

fn view(ground: &Ground, of: &Coupon) -> OperatorCouponView {
    let bot = ground.shop.telegram.as_ref().map(|bot| bot.username.as_str());
    OperatorCouponView {
        coupon_id: of.id.to_string(),
        code: of.code.clone(),
        terms: terms(of.benefit, &of.limits),
        enabled: of.enabled,
        taken: of.taken,
        web_link: format!("{}/buy?coupon={}", ground.home, of.code),
        bot_link: bot_link(bot, "d", &of.code),
        created_at: moment(of.created_at),
    }
}

/// What a coupon of one customer's own does, and until when; it has no other limits.
pub(super) fn personal(terms: &CouponTerms) -> Result<(Benefit, Timestamp)> {
    let CouponWish { benefit, limits, .. } = wish(terms, true)?;
    let until = limits.until.ok_or(Refusal::bad_input("until", "is missing"))?;
    if limits != (Limits { until: Some(until), ..Limits::default() }) {
        return Err(Refusal::bad_input("coupon", "only what it does, and until").into());
    }
    Ok((benefit, until))
}

pub(super) fn terms(benefit: Benefit, limits: &Limits) -> CouponTerms {
    let none = CouponTerms {
        percent: None,
        amount: None,
        days: None,
        traffic_bytes: None,
        total: limits.total,
        per_user: limits.per_user,
        first_only: limits.first_only,
        from: limits.from.map(moment),
        until: limits.until.map(moment),
        at_least: limits.at_least.map(money),
        plan_ids: limits.plans.iter().map(ToString::to_string).collect(),
        purposes: purposes(&limits.kinds),
    };
    match benefit {
        Benefit::Percent { percent } => CouponTerms { percent: Some(percent), ..none },
        Benefit::Amount { amount } => CouponTerms { amount: Some(money(amount)), ..none },
        Benefit::Days { days } => CouponTerms { days: Some(days), ..none },
        Benefit::Traffic { traffic } => CouponTerms { traffic_bytes: Some(traffic.as_bytes()), ..none },
    }
}

fn a_use((noted, order): &(CouponUse, Order)) -> CouponUseView {
    CouponUseView {
        order_id: noted.order_id.to_string(),
        user_id: noted.user_id.to_string(),
        state: word(&noted.state),
        price: money(order.price),
        coupon: order.coupon.as_ref().map(made),
        at: moment(noted.at),
    }
}
