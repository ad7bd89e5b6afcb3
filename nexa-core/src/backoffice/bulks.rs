//! One change of many subscriptions.

use super::{
    LocalBackoffice, coupons,
    model::{BulkPage, BulkPreviewView, BulkRequest, BulkView, SelectionView},
    request::unit,
    view,
};
use crate::{
    domain::{
        bulk::{Bulk, BulkStep, Selection},
        coupon::Limits,
        measure::Traffic,
        permission::Permission,
        refusal::Refusal,
        subscription::More,
    },
    engine::{cases, id},
    error::Result,
    ids::BulkId,
    storefront::{
        model::PageRequest,
        view::{moment, next, page, word},
    },
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Changes of many subscriptions at once.
///
/// # Behaviour
/// - `preview_bulk` changes nothing; it counts what is selected now and shows the first ten.
/// - `begin_bulk` answers `selection_grew` when more than two in a hundred came to what was seen, and changes nothing then.
/// - `begin_bulk` with the same key and the same wish begins once; another wish with the same key answers `key_reused`.
/// - Every subscription is changed once; what cannot be changed is left as it was and counted.
/// - What was made after it began is not changed.
/// - With `coupon` every customer among them gets one coupon and is told of it; nobody else can use it, and it is used once.
/// - After `stop_bulk` nothing more is changed.
#[async_trait]
pub trait Bulks: Send + Sync {
    /// How many would be changed, and the first of them.
    async fn preview_bulk(&self, request: BulkRequest) -> Result<BulkPreviewView>;
    /// Begins to change them. `key` makes a repeat harmless.
    async fn begin_bulk(&self, request: BulkRequest, key: String) -> Result<BulkView>;
    /// Changes nothing more.
    async fn stop_bulk(&self, bulk_id: &str) -> Result<BulkView>;
    /// One, and how far it is.
    async fn bulk(&self, bulk_id: &str) -> Result<BulkView>;
    /// All, newest first.
    async fn bulks(&self, page: PageRequest) -> Result<BulkPage>;
}

#[async_trait]
impl Bulks for LocalBackoffice {
    async fn preview_bulk(&self, request: BulkRequest) -> Result<BulkPreviewView> {
        self.who.may(Permission::ServeCustomers)?;
        let (selection, step) = wish(&request)?;
        let (count, rows) = cases::preview_bulk(&self.core, &self.who, selection, step).await?;
        let mut read = self.core.read().await?;
        let mut first = Vec::new();
        for row in &rows {
            first.push(view::subscription(read.as_mut(), row).await?);
        }
        Ok(BulkPreviewView { count, first })
    }

    async fn begin_bulk(&self, request: BulkRequest, key: String) -> Result<BulkView> {
        self.who.may(Permission::ServeCustomers)?;
        let seen = request.count.ok_or(Refusal::bad_input("count", "is missing"))?;
        let reason = request.reason.clone().unwrap_or_default();
        let bulk = cases::begin_bulk(&self.core, &self.who, wish(&request)?, seen, &reason, key).await?;
        self.bulk_view(bulk).await
    }

    async fn stop_bulk(&self, bulk_id: &str) -> Result<BulkView> {
        self.who.may(Permission::ServeCustomers)?;
        let bulk = id(bulk_id)?;
        cases::stop_bulk(&self.core, &self.who, bulk).await?;
        self.bulk_view(bulk).await
    }

    async fn bulk(&self, bulk_id: &str) -> Result<BulkView> {
        self.who.may(Permission::ServeCustomers)?;
        self.bulk_view(id(bulk_id)?).await
    }

    async fn bulks(&self, request: PageRequest) -> Result<BulkPage> {
        self.who.may(Permission::ServeCustomers)?;
        let page = page(&request)?;
        let rows = self.core.read().await?.bulks(self.who.shop_id, page).await?;
        Ok(BulkPage {
            items: rows.iter().map(shown).collect(),
            next: next(&rows, page, |bulk| bulk.id.to_string()),
        })
    }
}

impl LocalBackoffice {
    async fn bulk_view(&self, of: BulkId) -> Result<BulkView> {
        let found = self.core.read().await?.bulk(self.who.shop_id, of).await?;
        Ok(shown(&found.ok_or(Refusal::NotFound)?))
    }
}

pub(super) fn selection(of: &SelectionView) -> Result<Selection> {
    let moment = |field, text: &Option<String>| -> Result<Option<Timestamp>, Refusal> {
        let read = |text: &String| text.parse().map_err(|_| Refusal::bad_input(field, "a moment"));
        text.as_ref().map(read).transpose()
    };
    Ok(Selection {
        plan: of.plan_id.as_deref().map(id).transpose()?,
        server: of.server_id.as_deref().map(id).transpose()?,
        state: of.state.as_deref().map(|state| unit("state", state)).transpose()?,
        ended_within: of.ended_within_days,
        registered_from: moment("registered_from", &of.registered_from)?,
        registered_before: moment("registered_before", &of.registered_before)?,
    })
}

fn wish(request: &BulkRequest) -> Result<(Selection, BulkStep)> {
    let selection = selection(&request.selection)?;
    let step = match &*request.step {
        "extend" => {
            let traffic = Traffic::bytes(request.traffic_bytes.unwrap_or(0));
            BulkStep::Extend { more: More { days: request.days.unwrap_or(0), traffic } }
        }
        "move" => {
            let group = request.group_id.as_deref().ok_or(Refusal::bad_input("group_id", "is missing"))?;
            BulkStep::Move { group: id(group)? }
        }
        "suspend" => BulkStep::Suspend,
        "resume" => BulkStep::Resume,
        "coupon" => {
            let terms = request.coupon.as_ref().ok_or(Refusal::bad_input("coupon", "is missing"))?;
            let (benefit, until) = coupons::personal(terms)?;
            BulkStep::Coupon { benefit, until }
        }
        _ => return Err(Refusal::bad_input("step", "extend, move, suspend, resume or coupon").into()),
    };
    Ok((selection, step))
}

pub(super) fn shown_selection(of: &Selection) -> SelectionView {
    SelectionView {
        plan_id: of.plan.map(|id| id.to_string()),
        server_id: of.server.map(|id| id.to_string()),
        state: of.state.map(|state| state.name().to_owned()),
        ended_within_days: of.ended_within,
        registered_from: of.registered_from.map(moment),
        registered_before: of.registered_before.map(moment),
    }
}

fn shown(of: &Bulk) -> BulkView {
    let (mut days, mut traffic_bytes, mut group_id, mut coupon) = (None, None, None, None);
    match of.step {
        BulkStep::Extend { more } => {
            (days, traffic_bytes) = (Some(more.days), Some(more.traffic.as_bytes()));
        }
        BulkStep::Move { group } => group_id = Some(group.to_string()),
        BulkStep::Coupon { benefit, until } => {
            coupon = Some(coupons::terms(benefit, &Limits { until: Some(until), ..Limits::default() }));
        }
        BulkStep::Suspend | BulkStep::Resume => {}
    }
    BulkView {
        bulk_id: of.id.to_string(),
        operator_id: of.operator.to_string(),
        selection: shown_selection(&of.selection),
        step: of.step.name().to_owned(),
        coupon,
        days,
        traffic_bytes,
        group_id,
        state: word(&of.state),
        count: of.count,
        changed: of.changed,
        left_out: of.left_out,
        begun_at: moment(of.begun_at),
        ended_at: of.ended_at.map(moment),
    }
}
