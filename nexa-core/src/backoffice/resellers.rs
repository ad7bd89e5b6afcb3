//! The part of the operator's port that is about resellers: as their supplier, and as one of them.

use super::{
    LocalBackoffice,
    model::{
        AddResellerRequest, InvoiceView, NewResellerView, ResellerTermsRequest, ResellerTermsView,
        ResellerView, SupplyLineView, SupplyView, TakeRequest, WareView, WholesaleListRequest,
        WholesaleListView, WholesalePriceRequest, WholesalePriceView,
    },
    request::prices,
};
use crate::{
    domain::{
        link::settings::beside,
        money::{Currency, Money},
        pack::PackKind,
        permission::Permission,
        refusal::Refusal,
        reseller::{
            Credit, Invoice, RETURN_DAYS, Reseller, ResellerTerms, Standing, SupplyCount, Ware,
            WholesaleList, WholesalePrice,
        },
        shop::Locale,
    },
    engine::{
        cases::{self, Labelled, ListWish, NewReseller, NewlyMade, ResellerSeen, WareSeen},
        id,
    },
    error::Result,
    ids::{InvoiceId, ShopId},
    ports::storage::Read,
    storefront::view::{amount, moment, money, word},
};
use async_trait::async_trait;

/// Shops that sell what this one delivers, and what this one has of its own supplier.
///
/// # Behaviour
/// - Without the permission for resellers every method answers `not_allowed`; `supply` and `take` ask for the catalogue's.
/// - `add_reseller` makes a shop with hosts of its own, and shows the link of whoever runs it once. A host that leads to
///   another shop is `name_taken`; that of the public address, one of another shop's links, or one that these are below
///   is `bad_input`, for `update_shop` of a reseller's shop too.
/// - `renew_reseller_link` makes that link anew, and answers `already_decided` once somebody came in by one.
/// - A reseller of a reseller has no resellers: `supplier_decides`.
/// - A wholesale price below zero is refused, and one of nothing unless it is said to be free.
/// - A sale of a reseller costs it the wholesale price out of its wallet here, in the transaction of the sale; without
///   credit it is not delivered until there is some, and customers are not asked for new orders.
/// - A suspended reseller sells nothing new; what was sold goes on.
/// - `take` refuses what the supplier has no price for, and any retail price below the floor: one in another currency is
///   compared by the supplier's rate, and `no_fresh_rate` without one.
/// - What is no reseller of the shop is `not_found`, and so is everything of a reseller's shop.
#[async_trait]
pub trait Resellers: Send + Sync {
    /// The shop's resellers, oldest first.
    async fn resellers(&self) -> Result<Vec<ResellerView>>;
    /// One of them.
    async fn reseller(&self, reseller_id: &str) -> Result<ResellerView>;
    /// Makes a shop for a reseller.
    async fn add_reseller(&self, request: AddResellerRequest) -> Result<NewResellerView>;
    /// Makes a new link for whoever runs its shop, and kills those before.
    async fn renew_reseller_link(&self, reseller_id: &str) -> Result<NewResellerView>;
    /// Changes what is agreed, for sales from now on.
    async fn update_reseller(&self, reseller_id: &str, terms: ResellerTermsRequest) -> Result<ResellerView>;
    /// Lets a reseller sell nothing new.
    async fn suspend_reseller(&self, reseller_id: &str) -> Result<ResellerView>;
    /// Lets it sell again.
    async fn resume_reseller(&self, reseller_id: &str) -> Result<ResellerView>;
    /// Prices for resellers, oldest first.
    async fn wholesale_lists(&self) -> Result<Vec<WholesaleListView>>;
    /// Adds a list.
    async fn add_wholesale_list(&self, request: WholesaleListRequest) -> Result<WholesaleListView>;
    /// Changes a list, for sales from now on.
    async fn update_wholesale_list(
        &self,
        list_id: &str,
        request: WholesaleListRequest,
    ) -> Result<WholesaleListView>;
    /// What a postpaid reseller was asked for at the end of each month, oldest first.
    async fn invoices(&self, reseller_id: &str) -> Result<Vec<InvoiceView>>;
    /// The same of the shop itself by its own supplier.
    async fn own_invoices(&self) -> Result<Vec<InvoiceView>>;
    /// One invoice, of a reseller or of the shop itself.
    async fn invoice(&self, invoice_id: &str) -> Result<InvoiceView>;
    /// What the shop's own supplier sells it, and on which credit; `not_found` for a shop without a supplier.
    async fn supply(&self) -> Result<SupplyView>;
    /// Makes a plan or pack of one of the supplier's.
    async fn take(&self, request: TakeRequest) -> Result<SupplyView>;
}

#[async_trait]
impl Resellers for LocalBackoffice {
    async fn resellers(&self) -> Result<Vec<ResellerView>> {
        let all = cases::resellers(&self.core, &self.who).await?;
        let mut read = self.core.read().await?;
        let mut views = Vec::new();
        for of in &all {
            views.push(self.seen(read.as_mut(), of).await?);
        }
        Ok(views)
    }

    async fn reseller(&self, reseller_id: &str) -> Result<ResellerView> {
        let seen = cases::reseller(&self.core, &self.who, self.of(reseller_id)?).await?;
        self.seen(self.core.read().await?.as_mut(), &seen).await
    }

    async fn add_reseller(&self, request: AddResellerRequest) -> Result<NewResellerView> {
        self.who.may(Permission::Resellers)?;
        let new = NewReseller {
            name: request.shop_name,
            currency: request.currency.parse::<Currency>()?,
            locale: locale(&request.locale)?,
            hosts: request.hosts,
            account: request.user_id.as_deref().map(id).transpose()?,
            terms: self.terms(&request.terms).await?,
        };
        self.made(cases::add_reseller(&self.core, &self.who, new).await?).await
    }

    async fn renew_reseller_link(&self, reseller_id: &str) -> Result<NewResellerView> {
        self.made(cases::renew_claim(&self.core, &self.who, self.of(reseller_id)?).await?).await
    }

    async fn update_reseller(&self, reseller_id: &str, terms: ResellerTermsRequest) -> Result<ResellerView> {
        let of = self.of(reseller_id)?;
        let terms = self.terms(&terms).await?;
        let seen = cases::change_reseller(&self.core, &self.who, of, terms).await?;
        self.seen(self.core.read().await?.as_mut(), &seen).await
    }

    async fn suspend_reseller(&self, reseller_id: &str) -> Result<ResellerView> {
        self.stand(reseller_id, Standing::Suspended).await
    }

    async fn resume_reseller(&self, reseller_id: &str) -> Result<ResellerView> {
        self.stand(reseller_id, Standing::Active).await
    }

    async fn wholesale_lists(&self) -> Result<Vec<WholesaleListView>> {
        Ok(cases::wholesale_lists(&self.core, &self.who).await?.iter().map(list).collect())
    }

    async fn add_wholesale_list(&self, request: WholesaleListRequest) -> Result<WholesaleListView> {
        self.who.may(Permission::Resellers)?;
        let wish = wish(request)?;
        Ok(list(&cases::save_wholesale_list(&self.core, &self.who, None, wish).await?))
    }

    async fn update_wholesale_list(
        &self,
        list_id: &str,
        request: WholesaleListRequest,
    ) -> Result<WholesaleListView> {
        self.who.may(Permission::Resellers)?;
        let (of, wish) = (Some(id(list_id)?), wish(request)?);
        Ok(list(&cases::save_wholesale_list(&self.core, &self.who, of, wish).await?))
    }

    async fn invoices(&self, reseller_id: &str) -> Result<Vec<InvoiceView>> {
        let all = cases::invoices_of(&self.core, &self.who, self.of(reseller_id)?).await?;
        self.written(all).await
    }

    async fn own_invoices(&self) -> Result<Vec<InvoiceView>> {
        let all = cases::own_invoices(&self.core, &self.who).await?;
        self.written(all).await
    }

    async fn invoice(&self, invoice_id: &str) -> Result<InvoiceView> {
        self.one_invoice(id(invoice_id)?).await
    }

    async fn supply(&self) -> Result<SupplyView> {
        let seen = cases::supplies(&self.core, &self.who).await?;
        let Reseller { standing, suspended_at, .. } = seen.reseller;
        Ok(SupplyView {
            supplier: seen.supplier.name,
            state: word(&standing),
            suspended_at: suspended_at.map(moment),
            wallet: money(seen.credit.wallet),
            owed: money(seen.credit.owed),
            room: room(&seen.credit, &seen.reseller.terms)?,
            wares: seen.wares.iter().map(ware).collect(),
        })
    }

    async fn take(&self, request: TakeRequest) -> Result<SupplyView> {
        self.who.may(Permission::Catalogue)?;
        let of = ware_id(request.plan_id.as_deref(), request.pack_id.as_deref())?;
        let as_ = Labelled { name: request.name, prices: prices(&request.prices)?, on_sale: request.on_sale };
        match of {
            Ware::Plan(plan) => drop(cases::take_plan(&self.core, &self.who, plan, as_).await?),
            Ware::Pack(pack) => drop(cases::take_pack(&self.core, &self.who, pack, as_).await?),
        }
        self.supply().await
    }
}

impl LocalBackoffice {
    /// A reseller's id; what is wrong with it is told only to one who may look after resellers.
    fn of(&self, text: &str) -> Result<ShopId> {
        self.who.may(Permission::Resellers)?;
        id(text)
    }

    async fn made(&self, made: NewlyMade) -> Result<NewResellerView> {
        let reseller = self.seen(self.core.read().await?.as_mut(), &made.seen).await?;
        let host = made.seen.shop.hosts.first().map(String::as_str).unwrap_or_default();
        let claim_link = format!("{}/operator/{}", beside(&self.core.public_url, host), made.claim);
        Ok(NewResellerView { reseller, claim_link, account_number: made.account_number })
    }

    async fn stand(&self, reseller_id: &str, standing: Standing) -> Result<ResellerView> {
        let seen = cases::set_standing(&self.core, &self.who, self.of(reseller_id)?, standing).await?;
        self.seen(self.core.read().await?.as_mut(), &seen).await
    }

    async fn terms(&self, of: &ResellerTermsRequest) -> Result<ResellerTerms> {
        let currency = self.core.shop(self.core.read().await?.as_mut(), self.who.shop_id).await?.currency;
        let low_below = of.low_below.as_ref().map(amount).transpose()?;
        Ok(ResellerTerms {
            list_id: id(&of.list_id)?,
            limit: of.limit.as_ref().map(amount).transpose()?,
            quota: of.quota,
            low_below: low_below.unwrap_or_else(|| Money::zero(currency)),
            floor_percent: of.floor_percent.unwrap_or(0),
            dunning: of.dunning,
        })
    }

    async fn seen(&self, read: &mut dyn Read, of: &ResellerSeen) -> Result<ResellerView> {
        let Reseller { user_id, terms, standing, suspended_at, created_at, .. } = &of.reseller;
        let mut turnover = Money::zero(terms.low_below.currency);
        for line in &of.supplied {
            turnover = turnover.plus(line.sum)?;
        }
        Ok(ResellerView {
            reseller_id: of.shop.id.to_string(),
            shop_name: of.shop.name.clone(),
            hosts: of.shop.hosts.clone(),
            claimed: of.claimed,
            user_id: user_id.to_string(),
            state: word(standing),
            suspended_at: suspended_at.map(moment),
            terms: agreed(terms),
            wallet: money(of.credit.wallet),
            owed: money(of.credit.owed),
            room: room(&of.credit, terms)?,
            running: of.running,
            sales: of.supplied.iter().map(|line| line.count).fold(0, u32::saturating_add),
            turnover: money(turnover),
            lines: lines(read, self.who.shop_id, &of.supplied).await?,
            created_at: moment(*created_at),
        })
    }

    async fn written(&self, all: Vec<Invoice>) -> Result<Vec<InvoiceView>> {
        let mut views = Vec::new();
        for invoice in all {
            views.push(self.one_invoice(invoice.id).await?);
        }
        Ok(views)
    }

    async fn one_invoice(&self, of: InvoiceId) -> Result<InvoiceView> {
        let (of, [supplier, reseller]) = cases::invoice(&self.core, &self.who, of).await?;
        let lines = lines(self.core.read().await?.as_mut(), of.shop_id, &of.lines).await?;
        let is_open = of.open()?.is_positive();
        Ok(InvoiceView {
            invoice_id: of.id.to_string(),
            number: of.number,
            supplier,
            reseller,
            from: moment(of.from),
            until: moment(of.until),
            lines,
            sum: money(of.sum),
            due: money(of.due),
            paid: money(of.paid),
            state: if is_open { "open" } else { "paid" }.to_owned(),
            issued_at: moment(of.issued_at),
        })
    }
}

async fn lines(read: &mut dyn Read, shop: ShopId, of: &[SupplyCount]) -> Result<Vec<SupplyLineView>> {
    let mut lines = Vec::new();
    for SupplyCount { ware, count, sum } in of {
        let name = cases::ware_name(read, shop, *ware).await?;
        let (plan_id, pack_id) = ids(*ware);
        lines.push(SupplyLineView { plan_id, pack_id, name, count: *count, sum: money(*sum) });
    }
    Ok(lines)
}

fn room(credit: &Credit, terms: &ResellerTerms) -> Result<crate::storefront::model::MoneyView> {
    let room = credit.room(terms)?;
    Ok(money(if room.minor < 0 { Money::zero(room.currency) } else { room }))
}

fn locale(tag: &str) -> Result<Locale, Refusal> {
    let known = Locale::ALL.into_iter().find(|locale| locale.tag() == tag);
    known.ok_or_else(|| Refusal::bad_input("locale", "fa, en or ru"))
}

fn ware_id(plan: Option<&str>, pack: Option<&str>) -> Result<Ware> {
    match (plan, pack) {
        (Some(plan), None) => Ok(Ware::Plan(id(plan)?)),
        (None, Some(pack)) => Ok(Ware::Pack(id(pack)?)),
        _ => Err(Refusal::bad_input("plan_id", "exactly one of plan_id and pack_id").into()),
    }
}

fn ids(of: Ware) -> (Option<String>, Option<String>) {
    match of {
        Ware::Plan(plan) => (Some(plan.to_string()), None),
        Ware::Pack(pack) => (None, Some(pack.to_string())),
    }
}

fn wish(request: WholesaleListRequest) -> Result<ListWish> {
    let price = |of: &WholesalePriceRequest| -> Result<WholesalePrice> {
        let ware = ware_id(of.plan_id.as_deref(), of.pack_id.as_deref())?;
        Ok(WholesalePrice::of(ware, amount(&of.price)?, of.free)?)
    };
    let prices = request.prices.iter().map(price).collect::<Result<Vec<_>>>()?;
    Ok(ListWish { name: request.name, return_days: request.return_days.unwrap_or(RETURN_DAYS), prices })
}

fn list(of: &WholesaleList) -> WholesaleListView {
    let price = |of: &WholesalePrice| {
        let (plan_id, pack_id) = ids(of.ware);
        WholesalePriceView { plan_id, pack_id, price: money(of.price) }
    };
    WholesaleListView {
        list_id: of.id.to_string(),
        name: of.name.clone(),
        return_days: of.return_days,
        prices: of.prices.iter().map(price).collect(),
        created_at: moment(of.created_at),
    }
}

fn agreed(of: &ResellerTerms) -> ResellerTermsView {
    ResellerTermsView {
        list_id: of.list_id.to_string(),
        limit: of.limit.map(money),
        quota: of.quota,
        low_below: money(of.low_below),
        floor_percent: of.floor_percent,
        dunning: of.dunning,
    }
}

fn ware(of: &WareSeen) -> WareView {
    let (plan_id, pack_id) = ids(of.ware);
    let pack = |kind| of.pack.as_ref().filter(|pack| pack.kind == kind).map(|pack| pack.amount);
    let terms = of.plan.as_ref().map(|plan| plan.terms);
    let more_devices = pack(PackKind::Devices).and_then(|amount| u32::try_from(amount).ok());
    WareView {
        plan_id,
        pack_id,
        name: of.name.clone(),
        days: terms.map(|terms| terms.days),
        traffic_bytes: terms.map(|terms| terms.traffic.as_bytes()).or_else(|| pack(PackKind::Traffic)),
        devices: terms.map(|terms| terms.devices).or(more_devices),
        price: money(of.price),
        floor: money(of.floor),
        made: of.made.iter().map(|made| ids(*made)).filter_map(|(plan, pack)| plan.or(pack)).collect(),
    }
}
