//! Resellers, what they pay, and what was supplied to them.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::Unit,
};
use crate::{
    domain::{
        money::Money,
        reseller::{Invoice, Reseller, Source, Supply, SupplyCount, Ware, WholesaleList},
    },
    error::Failure,
    ids::{InvoiceId, OrderId, ShopId, UserId, WholesaleListId},
    ports::storage::{Inserted, Locked, ResellerReads, ResellerWrites},
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Whether what belongs to the shop of `o` may serve customers of a shop: its own, its supplier's, or that one's.
macro_rules! may_use {
    ($shop:literal) => {
        concat!(
            "(o.shop_id = ",
            $shop,
            " OR EXISTS (SELECT 1 FROM resellers r LEFT JOIN resellers u ON u.reseller_shop = r.shop_id \
             WHERE r.reseller_shop = ",
            $shop,
            " AND (r.shop_id = o.shop_id OR u.shop_id = o.shop_id)))"
        )
    };
}
pub(super) use may_use;

fn reseller(row: &Row) -> Result<Reseller, Failure> {
    Ok(Reseller {
        shop_id: row.parsed("shop_id")?,
        reseller_shop: row.parsed("reseller_shop")?,
        user_id: row.parsed("user_id")?,
        created_at: row.moment("created_at")?,
        terms: row.json("terms")?,
        standing: row.word("standing")?,
        suspended_at: row.maybe("suspended_at", Row::moment)?,
        warned: row.word("warned")?,
    })
}

fn list(row: &Row) -> Result<WholesaleList, Failure> {
    Ok(WholesaleList {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        name: row.text("name")?,
        return_days: row.small("return_days")?,
        prices: row.json("prices")?,
        created_at: row.moment("created_at")?,
    })
}

fn source(row: &Row) -> Result<Source, Failure> {
    Ok(Source {
        shop_id: row.parsed("shop_id")?,
        ware: row.parsed("ware")?,
        supplier: row.parsed("supplier")?,
        of: row.parsed("source")?,
    })
}

fn supply(row: &Row) -> Result<Supply, Failure> {
    Ok(Supply {
        shop_id: row.parsed("shop_id")?,
        order_id: row.parsed("order_id")?,
        reseller_shop: row.parsed("reseller_shop")?,
        ware: row.parsed("ware")?,
        price: row.money("price_minor", "price_currency")?,
        at: row.moment("supplied_at")?,
        returned_at: row.maybe("returned_at", Row::moment)?,
    })
}

fn invoice(row: &Row) -> Result<Invoice, Failure> {
    Ok(Invoice {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        reseller_shop: row.parsed("reseller_shop")?,
        number: row.small("number")?,
        from: row.moment("starts_at")?,
        until: row.moment("ends_at")?,
        lines: row.json("lines")?,
        sum: row.money("sum_minor", "currency")?,
        due: row.money("due_minor", "currency")?,
        paid: row.money("paid_minor", "currency")?,
        issued_at: row.moment("issued_at")?,
    })
}

#[async_trait]
impl ResellerReads for Unit {
    async fn resellers(&mut self, shop: ShopId) -> Result<Vec<Reseller>, Failure> {
        let text = "SELECT * FROM resellers WHERE shop_id = $1 ORDER BY reseller_shop";
        self.all(sql(text).bind(id(shop)), reseller).await
    }

    async fn reseller(&mut self, shop: ShopId, of: ShopId) -> Result<Option<Reseller>, Failure> {
        let text = "SELECT * FROM resellers WHERE shop_id = $1 AND reseller_shop = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), reseller).await
    }

    async fn reseller_of(&mut self, of: ShopId) -> Result<Option<Reseller>, Failure> {
        self.one(sql("SELECT * FROM resellers WHERE reseller_shop = $1").bind(id(of)), reseller).await
    }

    async fn reseller_by_account(&mut self, shop: ShopId, user: UserId) -> Result<Option<Reseller>, Failure> {
        let text = "SELECT * FROM resellers WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), reseller).await
    }

    async fn count_running(&mut self, shop: ShopId) -> Result<u32, Failure> {
        let text = "SELECT COUNT(*) AS held FROM subscriptions \
            WHERE shop_id = $1 AND state IN ('pending', 'active')";
        let counted = self.one(sql(text).bind(id(shop)), |row| row.small("held")).await?;
        Ok(counted.unwrap_or_default())
    }

    async fn wholesale_lists(&mut self, shop: ShopId) -> Result<Vec<WholesaleList>, Failure> {
        let text = "SELECT * FROM wholesale_lists WHERE shop_id = $1 ORDER BY id";
        self.all(sql(text).bind(id(shop)), list).await
    }

    async fn wholesale_list(
        &mut self,
        shop: ShopId,
        of: WholesaleListId,
    ) -> Result<Option<WholesaleList>, Failure> {
        let text = "SELECT * FROM wholesale_lists WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), list).await
    }

    async fn source(&mut self, shop: ShopId, ware: Ware) -> Result<Option<Source>, Failure> {
        let text = "SELECT * FROM sources WHERE shop_id = $1 AND ware = $2";
        self.one(sql(text).bind(id(shop)).bind(ware.to_string()), source).await
    }

    async fn made_from(&mut self, supplier: ShopId, ware: Ware) -> Result<Vec<Source>, Failure> {
        let text = "SELECT * FROM sources WHERE supplier = $1 AND source = $2 ORDER BY shop_id, ware";
        self.all(sql(text).bind(id(supplier)).bind(ware.to_string()), source).await
    }

    async fn supply(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Supply>, Failure> {
        let text = "SELECT * FROM supplies WHERE shop_id = $1 AND order_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(order)), supply).await
    }

    async fn supplied(
        &mut self,
        shop: ShopId,
        of: ShopId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SupplyCount>, Failure> {
        let text = "SELECT ware, price_currency, COUNT(*) AS sold, CAST(SUM(price_minor) AS BIGINT) AS sum_minor \
            FROM supplies WHERE shop_id = $1 AND reseller_shop = $2 AND supplied_at >= $3 AND supplied_at < $4 \
            AND returned_at IS NULL GROUP BY ware, price_currency ORDER BY ware, price_currency";
        let read = |row: &Row| {
            let sum = Money::new(row.int("sum_minor")?, row.parsed("price_currency")?);
            Ok(SupplyCount { ware: row.parsed("ware")?, count: row.small("sold")?, sum })
        };
        let bound = sql(text).bind(id(shop)).bind(id(of)).bind(from).bind(until);
        self.all(bound, read).await
    }

    async fn invoices(&mut self, shop: ShopId, of: ShopId) -> Result<Vec<Invoice>, Failure> {
        let text = "SELECT * FROM invoices WHERE shop_id = $1 AND reseller_shop = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(id(of)), invoice).await
    }

    async fn invoice(&mut self, shop: ShopId, of: InvoiceId) -> Result<Option<Invoice>, Failure> {
        let text = "SELECT * FROM invoices WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), invoice).await
    }

    async fn last_invoice_number(&mut self, shop: ShopId) -> Result<u32, Failure> {
        let text = "SELECT number FROM invoices WHERE shop_id = $1 ORDER BY number DESC LIMIT 1";
        Ok(self.one(sql(text).bind(id(shop)), |row| row.small("number")).await?.unwrap_or_default())
    }
}

#[async_trait]
impl ResellerWrites for Unit {
    async fn insert_reseller(&mut self, of: &Reseller) -> Result<Inserted, Failure> {
        let text = "INSERT INTO resellers \
            (reseller_shop, shop_id, user_id, created_at, terms, standing, suspended_at, warned) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let bound = sql(text)
            .bind(id(of.reseller_shop))
            .bind(id(of.shop_id))
            .bind(id(of.user_id))
            .bind(of.created_at)
            .bind(json(&of.terms)?)
            .bind(word(of.standing))
            .bind(of.suspended_at)
            .bind(word(of.warned));
        self.inserted(bound).await
    }

    async fn lock_reseller(&mut self, shop: ShopId, of: ShopId) -> Result<Option<Locked<Reseller>>, Failure> {
        let text = "SELECT * FROM resellers WHERE shop_id = $1 AND reseller_shop = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), reseller).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_reseller(&mut self, of: Locked<Reseller>) -> Result<(), Failure> {
        let text = "UPDATE resellers SET terms = $3, standing = $4, suspended_at = $5, warned = $6 \
            WHERE shop_id = $1 AND reseller_shop = $2";
        let bound = sql(text)
            .bind(id(of.shop_id))
            .bind(id(of.reseller_shop))
            .bind(json(&of.terms)?)
            .bind(word(of.standing))
            .bind(of.suspended_at)
            .bind(word(of.warned));
        self.must(bound, "no such reseller").await
    }

    async fn save_wholesale_list(&mut self, of: &WholesaleList) -> Result<(), Failure> {
        let text = "INSERT INTO wholesale_lists (id, shop_id, name, return_days, prices, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
            return_days = excluded.return_days, prices = excluded.prices \
            WHERE wholesale_lists.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(&of.name)
            .bind(of.return_days)
            .bind(json(&of.prices)?)
            .bind(of.created_at);
        self.must(bound, "a list of another shop").await
    }

    async fn insert_source(&mut self, of: &Source) -> Result<Inserted, Failure> {
        let text = "INSERT INTO sources (shop_id, ware, supplier, source) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, ware) DO NOTHING";
        let bound = sql(text)
            .bind(id(of.shop_id))
            .bind(of.ware.to_string())
            .bind(id(of.supplier))
            .bind(of.of.to_string());
        self.inserted(bound).await
    }

    async fn insert_supply(&mut self, of: &Supply) -> Result<Inserted, Failure> {
        let text = "INSERT INTO supplies \
            (shop_id, order_id, reseller_shop, ware, price_minor, price_currency, supplied_at, returned_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (shop_id, order_id) DO NOTHING";
        let bound = sql(text)
            .bind(id(of.shop_id))
            .bind(id(of.order_id))
            .bind(id(of.reseller_shop))
            .bind(of.ware.to_string())
            .bind(of.price.minor)
            .bind(of.price.currency)
            .bind(of.at)
            .bind(of.returned_at);
        self.inserted(bound).await
    }

    async fn return_supply(&mut self, shop: ShopId, order: OrderId, at: Timestamp) -> Result<(), Failure> {
        let text = "UPDATE supplies SET returned_at = $3 \
            WHERE shop_id = $1 AND order_id = $2 AND returned_at IS NULL";
        self.must(sql(text).bind(id(shop)).bind(id(order)).bind(at), "nothing to be given back").await
    }

    async fn insert_invoice(&mut self, of: &Invoice) -> Result<Inserted, Failure> {
        let text = "INSERT INTO invoices (id, shop_id, reseller_shop, number, starts_at, ends_at, lines, \
            sum_minor, due_minor, paid_minor, currency, issued_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(id(of.reseller_shop))
            .bind(of.number)
            .bind(of.from)
            .bind(of.until)
            .bind(json(&of.lines)?)
            .bind(of.sum.minor)
            .bind(of.due.minor)
            .bind(of.paid.minor)
            .bind(of.sum.currency)
            .bind(of.issued_at);
        self.inserted(bound).await
    }

    async fn save_invoice(&mut self, of: &Invoice) -> Result<(), Failure> {
        let text = "UPDATE invoices SET paid_minor = $3 WHERE shop_id = $1 AND id = $2";
        let bound = sql(text).bind(id(of.shop_id)).bind(id(of.id)).bind(of.paid.minor);
        self.must(bound, "no such invoice").await
    }
}
