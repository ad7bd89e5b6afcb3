//! Orders and payments for the contract.

use super::{moment, money, word};
use crate::{
    domain::{
        coupon::Redemption,
        money::Money,
        order::{Order, OrderKind, OrderNumber},
        pack::PackKind,
        payment::{PayStep, Payment},
    },
    engine::cases::lacks,
    error::Result,
    ids::ShopId,
    ports::storage::{OrderFilter, Page, Read},
    storefront::model::{CardView, CouponView, OrderLineView, OrderPage, OrderView, PaymentView, Purpose},
    text,
};

/// A slice of orders.
pub(in crate::storefront) async fn orders(
    read: &mut dyn Read,
    shop: ShopId,
    filter: OrderFilter,
    page: Page,
) -> Result<OrderPage> {
    let rows = read.orders(shop, filter, page).await?;
    let next = super::next(&rows, page, |o| o.id.to_string());
    let mut items = Vec::new();
    for row in &rows {
        items.push(order(read, row).await?);
    }
    Ok(OrderPage { items, next })
}

/// An order with the payment that its owner asked for last.
pub(crate) async fn order(read: &mut dyn Read, order: &Order) -> Result<OrderView> {
    let payments = read.payments(order.shop_id, order.id).await?;
    let chosen = payments.iter().rev().max_by_key(|p| p.chosen_at).cloned();
    let payment = match &chosen {
        Some(chosen) => Some(payment(read, chosen).await?),
        None => None,
    };
    let missing = if order.is_open() && !matches!(order.kind, OrderKind::TopUp) {
        lacks(read, order).await?
    } else {
        Money::zero(order.price.currency)
    };
    let paid_part = paid_part(order, &payments, chosen.as_ref())?;
    let wallet_part = order.price.minus(paid_part)?;
    let by_gateway = chosen.filter(|_| order.paid_at.is_none() || paid_part.is_positive());
    Ok(OrderView {
        order_id: order.id.to_string(),
        number: OrderNumber::of(order.id).to_string(),
        purpose: purpose(&order.kind),
        state: word(&order.state),
        plan_name: plan_name(&order.kind),
        price: money(order.price),
        coupon: order.coupon.as_ref().map(coupon),
        lines: lines(order)?,
        wallet_part: money(wallet_part),
        paid_part: money(paid_part),
        method_name: method_name(read, order, by_gateway).await?,
        from_wallet: order.from_wallet,
        held: money(order.held),
        missing: money(missing),
        subscription_id: order.subscription_id().map(|id| id.to_string()),
        payment,
        attention: order.attention.is_some(),
        created_at: moment(order.created_at),
        expires_at: moment(order.expires_at),
        paid_at: order.paid_at.map(moment),
        fulfilled_at: order.fulfilled_at.map(moment),
    })
}

fn plan_name(kind: &OrderKind) -> Option<String> {
    match kind {
        OrderKind::Gift(gift) => Some(gift.plan_name.clone()),
        OrderKind::New(sale)
        | OrderKind::Renewal(sale)
        | OrderKind::Trial(sale)
        | OrderKind::Given(sale)
        | OrderKind::Adopted(sale) => Some(sale.plan_name.clone()),
        OrderKind::Change(change) => Some(change.sale.plan_name.clone()),
        OrderKind::Pack(_) | OrderKind::TopUp => None,
    }
}

pub(crate) const fn purpose(kind: &OrderKind) -> Purpose {
    match kind {
        OrderKind::New(_) => Purpose::New,
        OrderKind::Renewal(_) => Purpose::Renewal,
        OrderKind::Trial(_) => Purpose::Trial,
        OrderKind::Change(_) => Purpose::Change,
        OrderKind::Pack(pack) => match pack.what {
            PackKind::Traffic => Purpose::TrafficPack,
            PackKind::Devices => Purpose::DevicePack,
        },
        OrderKind::TopUp => Purpose::TopUp,
        OrderKind::Given(_) => Purpose::Given,
        OrderKind::Gift(_) => Purpose::Gift,
        OrderKind::Adopted(_) => Purpose::Adopted,
    }
}

fn lines(order: &Order) -> Result<Vec<OrderLineView>> {
    let line = |kind: &str, name: &str, amount: Money| OrderLineView {
        kind: kind.to_owned(),
        name: name.to_owned(),
        amount: money(amount),
    };
    let list = order.list_price()?;
    let mut all = match &order.kind {
        OrderKind::New(sale)
        | OrderKind::Renewal(sale)
        | OrderKind::Trial(sale)
        | OrderKind::Given(sale)
        | OrderKind::Adopted(sale) => vec![line("plan", &sale.plan_name, list)],
        OrderKind::Change(change) => {
            let list = list.plus(change.credit)?.minus(change.to_wallet)?;
            let credit = Money::zero(list.currency).minus(change.credit)?;
            vec![line("plan", &change.sale.plan_name, list), line("credit", "", credit)]
        }
        OrderKind::Pack(pack) => vec![line("pack", &pack.pack_name, list)],
        OrderKind::Gift(gift) => vec![line("plan", &gift.plan_name, list)],
        OrderKind::TopUp => vec![line("top_up", "", list)],
    };
    if let Some(made) = order.coupon.as_ref().filter(|made| made.saving.is_positive()) {
        all.push(line("coupon", &made.code, Money::zero(list.currency).minus(made.saving)?));
    }
    Ok(all)
}

/// What a coupon made of an order.
pub(crate) fn coupon(made: &Redemption) -> CouponView {
    CouponView {
        code: made.code.clone(),
        saving: money(made.saving),
        extra_days: made.days,
        extra_traffic_bytes: made.traffic.as_bytes(),
        bonus: money(made.bonus),
    }
}

/// What came through gateways, as far as the price goes; while nothing is paid, what the chosen payment asks for.
fn paid_part(order: &Order, payments: &[Payment], chosen: Option<&Payment>) -> Result<Money> {
    let none = Money::zero(order.price.currency);
    if order.paid_at.is_none() {
        return Ok(chosen.map_or(none, |chosen| chosen.value));
    }
    let came = payments.iter().map(|p| p.credited).try_fold(none, Money::plus)?;
    Ok(if came.minor > order.price.minor { order.price } else { came })
}

async fn method_name(read: &mut dyn Read, order: &Order, by: Option<Payment>) -> Result<Option<String>> {
    if let Some(payment) = by {
        return Ok(read.gateway(order.shop_id, payment.gateway_id).await?.map(|g| g.name));
    }
    let wallet = order.from_wallet || order.paid_at.is_some() && order.price.is_positive();
    let shop = if wallet { read.shop(order.shop_id).await? } else { None };
    Ok(shop.map(|shop| text::get(shop.locale, "wallet")))
}

pub(in crate::storefront) async fn payment(read: &mut dyn Read, of: &Payment) -> Result<PaymentView> {
    let (mut address, mut uri, mut memo) = (None, None, None);
    let (mut card, mut redirect_url, mut telegram_url) = (None, None, None);
    match &of.step {
        Some(PayStep::Transfer { address: to, uri: link, memo: with }) => {
            (address, uri, memo) = (Some(to.clone()), Some(link.clone()), with.clone());
        }
        Some(PayStep::Card { number, holder, bank }) => {
            card = Some(CardView { number: number.clone(), holder: holder.clone(), bank: bank.clone() });
        }
        Some(PayStep::Stars { link }) => telegram_url = Some(link.clone()),
        Some(PayStep::Redirect { url }) => redirect_url = Some(url.clone()),
        None => {}
    }
    let receipt = if card.is_some() {
        let last = read.receipts(of.shop_id, of.id).await?.into_iter().next();
        Some(last.map_or_else(|| "wanted".to_owned(), |r| word(&r.decision)))
    } else {
        None
    };
    Ok(PaymentView {
        payment_id: of.id.to_string(),
        method: of.gateway_id.to_string(),
        state: word(&of.state),
        due: money(of.due),
        due_text: of.due.decimal(),
        received: money(of.received),
        missing: money(of.missing()?),
        address,
        memo,
        uri,
        card,
        redirect_url,
        telegram_url,
        receipt,
        expires_at: moment(of.expires_at),
        version: of.version,
    })
}
