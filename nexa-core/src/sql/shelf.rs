//! How things were arranged, what servers cost, and what was taken away.

use super::{
    engine::sql,
    row::{Row, id, word},
    unit::Unit,
};
use crate::{
    domain::{rent::Rent, shelf::Shelf},
    error::Failure,
    ids::{GroupId, ServerId, ShopId},
    ports::storage::{ShelfReads, ShelfWrites},
};
use async_trait::async_trait;
use uuid::Uuid;

fn rent(row: &Row) -> Result<(ServerId, Rent), Failure> {
    let cost =
        if row.is_null("cost_minor")? { None } else { Some(row.money("cost_minor", "cost_currency")?) };
    Ok((row.parsed("server_id")?, Rent { cost, note: row.text("note")? }))
}

#[async_trait]
impl ShelfReads for Unit {
    async fn shelf(&mut self, shop: ShopId, which: Shelf) -> Result<Vec<Uuid>, Failure> {
        let text = "SELECT thing FROM shelves WHERE shop_id = $1 AND shelf = $2 ORDER BY place";
        self.all(sql(text).bind(id(shop)).bind(word(which)), |row| row.parsed("thing")).await
    }

    async fn rents(&mut self, shop: ShopId) -> Result<Vec<(ServerId, Rent)>, Failure> {
        let text = "SELECT r.* FROM server_rents r JOIN servers s ON s.shop_id = r.shop_id AND s.id = r.server_id \
            WHERE r.shop_id = $1 AND s.gone = $2 ORDER BY r.server_id";
        self.all(sql(text).bind(id(shop)).bind(false), rent).await
    }

    async fn group_in_use(&mut self, shop: ShopId, group: GroupId) -> Result<bool, Failure> {
        let text = "SELECT 1 AS found FROM server_groups g WHERE g.shop_id = $1 AND g.id = $2 AND ( \
            EXISTS (SELECT 1 FROM plans p WHERE p.shop_id = g.shop_id AND p.group_id = g.id) \
            OR EXISTS (SELECT 1 FROM servers s WHERE s.shop_id = g.shop_id AND s.group_id = g.id AND s.gone = $3) \
            OR EXISTS (SELECT 1 FROM subscriptions h WHERE h.shop_id = g.shop_id AND h.group_id = g.id \
                AND h.state <> 'revoked'))";
        let found = sql(text).bind(id(shop)).bind(id(group)).bind(false);
        Ok(self.one(found, |row| row.small("found")).await?.is_some())
    }

    async fn was_paid(&mut self, shop: ShopId) -> Result<bool, Failure> {
        let text =
            "SELECT 1 AS found FROM payments WHERE shop_id = $1 AND state IN ('paid', 'overpaid') LIMIT 1";
        Ok(self.one(sql(text).bind(id(shop)), |row| row.small("found")).await?.is_some())
    }
}

#[async_trait]
impl ShelfWrites for Unit {
    async fn arrange(&mut self, shop: ShopId, which: Shelf, order: &[Uuid]) -> Result<(), Failure> {
        let text = "DELETE FROM shelves WHERE shop_id = $1 AND shelf = $2";
        self.run(sql(text).bind(id(shop)).bind(word(which))).await?;
        for (place, thing) in (0_u32..).zip(order) {
            let text = "INSERT INTO shelves (shop_id, shelf, thing, place) VALUES ($1, $2, $3, $4)";
            let bound = sql(text).bind(id(shop)).bind(word(which)).bind(thing.to_string()).bind(place);
            self.must(bound, "arranged twice").await?;
        }
        Ok(())
    }

    async fn save_rent(&mut self, shop: ShopId, server: ServerId, rent: &Rent) -> Result<(), Failure> {
        let text = "INSERT INTO server_rents (server_id, shop_id, cost_minor, cost_currency, note) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (server_id) DO UPDATE SET cost_minor = excluded.cost_minor, \
            cost_currency = excluded.cost_currency, note = excluded.note \
            WHERE server_rents.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(server))
            .bind(id(shop))
            .bind(rent.cost.map(|cost| cost.minor))
            .bind(rent.cost.map(|cost| cost.currency))
            .bind(&rent.note);
        self.must(bound, "a server of another shop").await
    }

    async fn retire_server(&mut self, shop: ShopId, server: ServerId) -> Result<(), Failure> {
        let text = "UPDATE servers SET gone = $3, state = 'off', config_sealed = '' \
            WHERE shop_id = $1 AND id = $2 AND gone = $4";
        let bound = sql(text).bind(id(shop)).bind(id(server)).bind(true).bind(false);
        self.must(bound, "no such server in this shop").await
    }

    async fn retire_group(&mut self, shop: ShopId, group: GroupId) -> Result<(), Failure> {
        let text = "UPDATE server_groups SET gone = $3 WHERE shop_id = $1 AND id = $2 AND gone = $4";
        let bound = sql(text).bind(id(shop)).bind(id(group)).bind(true).bind(false);
        self.must(bound, "no such group in this shop").await
    }
}
