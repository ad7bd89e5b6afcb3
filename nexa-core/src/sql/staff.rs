//! Who works in a shop's office.

use super::{
    engine::sql,
    row::{Row, id, json},
    unit::Unit,
};
use crate::{
    domain::staff::{Member, StaffRules},
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{StaffReads, StaffWrites},
};
use async_trait::async_trait;

fn member(row: &Row) -> Result<Member, Failure> {
    Ok(Member {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        name: row.text("name")?,
        permissions: row.json("permissions")?,
        since: row.moment("since")?,
    })
}

fn rules(row: &Row) -> Result<StaffRules, Failure> {
    Ok(StaffRules { second_factor: row.flag("second_factor")? })
}

#[async_trait]
impl StaffReads for Unit {
    async fn staff(&mut self, shop: ShopId) -> Result<Vec<Member>, Failure> {
        let text = "SELECT * FROM staff WHERE shop_id = $1 ORDER BY since, user_id";
        self.all(sql(text).bind(id(shop)), member).await
    }

    async fn member(&mut self, shop: ShopId, user: UserId) -> Result<Option<Member>, Failure> {
        let text = "SELECT * FROM staff WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), member).await
    }

    async fn staff_rules(&mut self, shop: ShopId) -> Result<Option<StaffRules>, Failure> {
        self.one(sql("SELECT * FROM staff_rules WHERE shop_id = $1").bind(id(shop)), rules).await
    }
}

#[async_trait]
impl StaffWrites for Unit {
    async fn save_member(&mut self, member: &Member) -> Result<(), Failure> {
        let text = "INSERT INTO staff (shop_id, user_id, name, permissions, since) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (shop_id, user_id) DO UPDATE SET name = excluded.name, \
            permissions = excluded.permissions, since = excluded.since";
        let bound = sql(text)
            .bind(id(member.shop_id))
            .bind(id(member.user_id))
            .bind(&member.name)
            .bind(json(&member.permissions)?)
            .bind(member.since);
        self.run(bound).await.map(drop)
    }

    async fn delete_member(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        let text = "DELETE FROM staff WHERE shop_id = $1 AND user_id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(user))).await? > 0)
    }

    async fn save_staff_rules(&mut self, shop: ShopId, rules: StaffRules) -> Result<(), Failure> {
        let text = "INSERT INTO staff_rules (shop_id, second_factor) VALUES ($1, $2) \
            ON CONFLICT (shop_id) DO UPDATE SET second_factor = excluded.second_factor";
        self.run(sql(text).bind(id(shop)).bind(rules.second_factor)).await.map(drop)
    }
}
