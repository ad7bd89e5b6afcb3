//! What a reseller's shop has of its supplier: prices, credit, and the plans and packs that it makes of what is supplied.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        money::Money,
        pack::Pack,
        permission::Permission,
        plan::Plan,
        refusal::Refusal,
        reseller::{Credit, Invoice, Reseller, Source, Ware},
        shop::Shop,
        user::Principal,
    },
    engine::{Core, supply},
    error::Result,
    ids::{InvoiceId, PackId, PlanId, ShopId},
    ports::storage::{Inserted, Read, Tx},
};

/// What a shop's supplier sells it.
pub(crate) struct SupplySeen {
    pub(crate) supplier: Shop,
    pub(crate) reseller: Reseller,
    pub(crate) credit: Credit,
    pub(crate) wares: Vec<WareSeen>,
}

/// One plan or pack of the supplier, with what it costs.
pub(crate) struct WareSeen {
    pub(crate) ware: Ware,
    pub(crate) name: String,
    pub(crate) plan: Option<Plan>,
    pub(crate) pack: Option<Pack>,
    pub(crate) price: Money,
    /// The least retail price, in the supplier's currency.
    pub(crate) floor: Money,
    /// What was made of it here and is on sale.
    pub(crate) made: Vec<Ware>,
}

/// What the caller's shop may buy of its supplier, and on which credit. A shop that nobody supplies has nothing.
pub(crate) async fn supplies(core: &Core, who: &Principal) -> Result<SupplySeen> {
    who.may(Permission::Catalogue)?;
    let mut read = core.read().await?;
    let reseller = read.reseller_of(who.shop_id).await?.ok_or(Refusal::NotFound)?;
    let supplier = core.shop(read.as_mut(), reseller.shop_id).await?;
    let credit = supply::credit_of(read.as_mut(), &reseller).await?;
    let list = supply::list_of(read.as_mut(), &reseller).await?;
    let mut wares = Vec::new();
    for priced in list.prices {
        let (plan, pack) = match priced.ware {
            Ware::Plan(id) => (read.plan(supplier.id, id).await?.filter(|p| p.on_sale), None),
            Ware::Pack(id) => (None, read.pack(supplier.id, id).await?.filter(|p| p.on_sale)),
        };
        let name = plan.as_ref().map(|p| p.name.clone()).or_else(|| pack.as_ref().map(|p| p.name.clone()));
        let Some(name) = name else { continue };
        let floor = reseller.terms.floor(priced.price)?;
        let mut made = Vec::new();
        for own in read.made_from(supplier.id, priced.ware).await? {
            if own.shop_id == who.shop_id && supply::is_on_sale(read.as_mut(), own.shop_id, own.ware).await? {
                made.push(own.ware);
            }
        }
        wares.push(WareSeen { ware: priced.ware, name, plan, pack, price: priced.price, floor, made });
    }
    Ok(SupplySeen { supplier, reseller, credit, wares })
}

/// What a reseller calls a ware, and for how much it sells it.
pub(crate) struct Labelled {
    pub(crate) name: Option<String>,
    pub(crate) prices: Vec<Money>,
    pub(crate) on_sale: bool,
}

/// Makes a plan of the caller's shop of one of its supplier's.
pub(crate) async fn take_plan(core: &Core, who: &Principal, of: PlanId, as_: Labelled) -> Result<Plan> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let reseller = tx.reseller_of(shop.id).await?.ok_or(Refusal::NotFound)?;
    let source = tx.plan(reseller.shop_id, of).await?.filter(|plan| plan.on_sale).ok_or(Refusal::NotFound)?;
    let Labelled { name, prices, on_sale } = as_;
    let plan = Plan {
        id: core.world.id(),
        shop_id: shop.id,
        name: name.unwrap_or(source.name),
        terms: source.terms,
        group_id: source.group_id,
        prices,
        on_sale,
        created_at: core.world.now(),
    };
    let plan = plan.checked(shop.currency)?;
    tx.save_plan(&plan).await?;
    comes_from(core, tx.as_mut(), (&shop, &reseller), (Ware::Plan(plan.id), Ware::Plan(of)), &plan.prices)
        .await?;
    note(core, tx.as_mut(), who, Deed::PlanTaken { plan: plan.id }).await?;
    core.commit(tx).await?;
    Ok(plan)
}

/// Makes a pack of the caller's shop of one of its supplier's.
pub(crate) async fn take_pack(core: &Core, who: &Principal, of: PackId, as_: Labelled) -> Result<Pack> {
    who.may(Permission::Catalogue)?;
    let mut tx = core.begin().await?;
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let reseller = tx.reseller_of(shop.id).await?.ok_or(Refusal::NotFound)?;
    let source = tx.pack(reseller.shop_id, of).await?.filter(|pack| pack.on_sale).ok_or(Refusal::NotFound)?;
    let Labelled { name, prices, on_sale } = as_;
    let pack = Pack {
        id: core.world.id(),
        shop_id: shop.id,
        kind: source.kind,
        name: name.unwrap_or(source.name),
        amount: source.amount,
        prices,
        on_sale,
        created_at: core.world.now(),
    };
    let pack = pack.checked(shop.currency)?;
    tx.save_pack(&pack).await?;
    comes_from(core, tx.as_mut(), (&shop, &reseller), (Ware::Pack(pack.id), Ware::Pack(of)), &pack.prices)
        .await?;
    note(core, tx.as_mut(), who, Deed::PackTaken { pack: pack.id }).await?;
    core.commit(tx).await?;
    Ok(pack)
}

/// Notes where a new ware comes from. What has no wholesale price is not found, like what is not there.
async fn comes_from(
    core: &Core,
    tx: &mut dyn Tx,
    (shop, reseller): (&Shop, &Reseller),
    (ware, of): (Ware, Ware),
    prices: &[Money],
) -> Result<()> {
    let list = supply::list_of(tx.as_read(), reseller).await?;
    list.price(of).ok_or(Refusal::NotFound)?;
    let source = Source { shop_id: shop.id, ware, supplier: reseller.shop_id, of };
    if tx.insert_source(&source).await? == Inserted::Taken {
        return Err(Refusal::InFlight.into());
    }
    supply::fits_source(core, tx.as_read(), shop, ware, prices).await
}

/// The invoices of one of the caller's resellers, oldest first.
pub(crate) async fn invoices_of(core: &Core, who: &Principal, reseller: ShopId) -> Result<Vec<Invoice>> {
    who.may(Permission::Resellers)?;
    let mut read = core.read().await?;
    read.reseller(who.shop_id, reseller).await?.ok_or(Refusal::NotFound)?;
    Ok(read.invoices(who.shop_id, reseller).await?)
}

/// The invoices that the caller's shop has of its supplier, oldest first.
pub(crate) async fn own_invoices(core: &Core, who: &Principal) -> Result<Vec<Invoice>> {
    who.may(Permission::Catalogue)?;
    let mut read = core.read().await?;
    let own = read.reseller_of(who.shop_id).await?.ok_or(Refusal::NotFound)?;
    Ok(read.invoices(own.shop_id, own.reseller_shop).await?)
}

/// One invoice, of a reseller of the caller's or of the caller's own shop, and the names of both shops.
pub(crate) async fn invoice(core: &Core, who: &Principal, id: InvoiceId) -> Result<(Invoice, [String; 2])> {
    let (sells, buys) = (who.may(Permission::Resellers), who.may(Permission::Catalogue));
    if sells.is_err() {
        buys.clone()?;
    }
    let mut read = core.read().await?;
    let mut found = if sells.is_ok() { read.invoice(who.shop_id, id).await? } else { None };
    if found.is_none()
        && buys.is_ok()
        && let Some(own) = read.reseller_of(who.shop_id).await?
    {
        let theirs = read.invoice(own.shop_id, id).await?;
        found = theirs.filter(|invoice| invoice.reseller_shop == who.shop_id);
    }
    let invoice = found.ok_or(Refusal::NotFound)?;
    let supplier = core.shop(read.as_mut(), invoice.shop_id).await?.name;
    let reseller = core.shop(read.as_mut(), invoice.reseller_shop).await?.name;
    Ok((invoice, [supplier, reseller]))
}

/// What a ware of a shop is called.
pub(crate) async fn ware_name(read: &mut dyn Read, shop: ShopId, ware: Ware) -> Result<String> {
    Ok(match ware {
        Ware::Plan(id) => read.plan(shop, id).await?.map(|plan| plan.name),
        Ware::Pack(id) => read.pack(shop, id).await?.map(|pack| pack.name),
    }
    .unwrap_or_default())
}
