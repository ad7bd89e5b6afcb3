//! Plans, groups, servers, gateways, rates, sequences.

use super::{
    engine::sql,
    resellers::may_use,
    row::{Row, id, json, word},
    unit::Unit,
};
use crate::{
    domain::{
        gateway::{GatewayAccount, ScanMark},
        measure::Traffic,
        money::Currency,
        pack::Pack,
        plan::Plan,
        rate::{Origin, Rate},
        server::{Group, Server},
    },
    error::Failure,
    ids::{GatewayId, GroupId, PackId, PlanId, ServerId, ShopId},
    ports::storage::{CatalogueReads, CatalogueWrites},
};
use async_trait::async_trait;

fn plan(row: &Row) -> Result<Plan, Failure> {
    Ok(Plan {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        name: row.text("name")?,
        terms: row.json("terms")?,
        group_id: row.parsed("group_id")?,
        prices: row.json("prices")?,
        on_sale: row.flag("on_sale")?,
        created_at: row.moment("created_at")?,
    })
}

fn pack(row: &Row) -> Result<Pack, Failure> {
    Ok(Pack {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        kind: row.word("kind")?,
        name: row.text("name")?,
        amount: row.traffic("amount")?.as_bytes(),
        prices: row.json("prices")?,
        on_sale: row.flag("on_sale")?,
        created_at: row.moment("created_at")?,
    })
}

fn group(row: &Row) -> Result<Group, Failure> {
    Ok(Group {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        name: row.text("name")?,
        spread: row.small("spread")?,
    })
}

fn server(row: &Row) -> Result<Server, Failure> {
    Ok(Server {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        group_id: row.parsed("group_id")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        config_sealed: row.text("config_sealed")?,
        version: row.small("version")?,
        region: row.maybe("region", Row::text)?,
        capacity: row.small("capacity")?,
        state: row.word("state")?,
        health: row.json("health")?,
        offers: row.extras("offers")?,
        sold_out: row.extras("sold_out")?,
        created_at: row.moment("created_at")?,
    })
}

fn gateway(row: &Row) -> Result<GatewayAccount, Failure> {
    Ok(GatewayAccount {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        kind: row.text("kind")?,
        name: row.text("name")?,
        config_sealed: row.text("config_sealed")?,
        endpoint: row.text("endpoint")?,
        version: row.small("version")?,
        enabled: row.flag("enabled")?,
        inside: row.flag("inside")?,
        created_at: row.moment("created_at")?,
    })
}

fn scan_mark(row: &Row) -> Result<ScanMark, Failure> {
    Ok(ScanMark {
        version: row.small("version")?,
        from: row.maybe("starts_at", Row::text)?,
        reached: row.text("reached")?,
    })
}

fn rate(row: &Row) -> Result<Rate, Failure> {
    Ok(Rate {
        asset: row.parsed("asset")?,
        price: row.money("price_minor", "price_currency")?,
        fresh_until: row.moment("fresh_until")?,
        origin: Origin::of_sources(u8::try_from(row.small("sources")?).unwrap_or(u8::MAX)),
        set_at: row.moment("set_at")?,
    })
}

#[async_trait]
impl CatalogueReads for Unit {
    async fn plans(&mut self, shop: ShopId) -> Result<Vec<Plan>, Failure> {
        self.all(sql("SELECT * FROM plans WHERE shop_id = $1 ORDER BY id").bind(id(shop)), plan).await
    }

    async fn plan(&mut self, shop: ShopId, of: PlanId) -> Result<Option<Plan>, Failure> {
        let text = "SELECT * FROM plans WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), plan).await
    }

    async fn packs(&mut self, shop: ShopId) -> Result<Vec<Pack>, Failure> {
        self.all(sql("SELECT * FROM packs WHERE shop_id = $1 ORDER BY id").bind(id(shop)), pack).await
    }

    async fn pack(&mut self, shop: ShopId, of: PackId) -> Result<Option<Pack>, Failure> {
        let text = "SELECT * FROM packs WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), pack).await
    }

    async fn groups(&mut self, shop: ShopId) -> Result<Vec<Group>, Failure> {
        let text = "SELECT * FROM server_groups WHERE shop_id = $1 AND gone = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(false), group).await
    }

    async fn group(&mut self, shop: ShopId, of: GroupId) -> Result<Option<Group>, Failure> {
        let text = "SELECT * FROM server_groups WHERE shop_id = $1 AND id = $2 AND gone = $3";
        self.one(sql(text).bind(id(shop)).bind(id(of)).bind(false), group).await
    }

    async fn servers(&mut self, shop: ShopId) -> Result<Vec<Server>, Failure> {
        let text = "SELECT * FROM servers WHERE shop_id = $1 AND gone = $2 ORDER BY id";
        self.all(sql(text).bind(id(shop)).bind(false), server).await
    }

    async fn all_servers(&mut self) -> Result<Vec<Server>, Failure> {
        self.all(sql("SELECT * FROM servers WHERE gone = $1 ORDER BY id").bind(false), server).await
    }

    async fn server(&mut self, shop: ShopId, of: ServerId) -> Result<Option<Server>, Failure> {
        let text = "SELECT * FROM servers WHERE shop_id = $1 AND id = $2 AND gone = $3";
        self.one(sql(text).bind(id(shop)).bind(id(of)).bind(false), server).await
    }

    async fn loads(&mut self, shop: ShopId, group: GroupId) -> Result<Vec<(ServerId, u32)>, Failure> {
        let text = "SELECT s.id, COALESCE(l.held, 0) AS held FROM servers s \
            LEFT JOIN server_loads l ON l.server_id = s.id \
            WHERE s.shop_id = $1 AND s.group_id = $2 AND s.gone = $3 ORDER BY s.id";
        let read = |row: &Row| Ok((row.parsed("id")?, row.small("held")?));
        self.all(sql(text).bind(id(shop)).bind(id(group)).bind(false), read).await
    }

    async fn gateways(&mut self, shop: ShopId) -> Result<Vec<GatewayAccount>, Failure> {
        self.all(sql("SELECT * FROM gateways WHERE shop_id = $1 ORDER BY id").bind(id(shop)), gateway).await
    }

    async fn gateway(&mut self, shop: ShopId, of: GatewayId) -> Result<Option<GatewayAccount>, Failure> {
        let text = "SELECT * FROM gateways WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), gateway).await
    }

    async fn gateway_anywhere(&mut self, of: GatewayId) -> Result<Option<GatewayAccount>, Failure> {
        self.one(sql("SELECT * FROM gateways WHERE id = $1").bind(id(of)), gateway).await
    }

    async fn scan_mark(&mut self, shop: ShopId, gateway: GatewayId) -> Result<Option<ScanMark>, Failure> {
        let text = "SELECT * FROM scan_marks WHERE shop_id = $1 AND gateway_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(gateway)), scan_mark).await
    }

    async fn rate(&mut self, shop: ShopId, asset: Currency) -> Result<Option<Rate>, Failure> {
        let text = "SELECT * FROM rates WHERE shop_id = $1 AND asset = $2";
        self.one(sql(text).bind(id(shop)).bind(asset), rate).await
    }

    async fn rates(&mut self, shop: ShopId) -> Result<Vec<Rate>, Failure> {
        self.all(sql("SELECT * FROM rates WHERE shop_id = $1 ORDER BY asset").bind(id(shop)), rate).await
    }
}

#[async_trait]
impl CatalogueWrites for Unit {
    async fn save_plan(&mut self, plan: &Plan) -> Result<(), Failure> {
        let text = concat!(
            "INSERT INTO plans (id, shop_id, name, terms, group_id, prices, on_sale, created_at) \
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM server_groups o WHERE o.id = $5 AND ",
            may_use!("$2"),
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, \
            terms = excluded.terms, group_id = excluded.group_id, prices = excluded.prices, \
            on_sale = excluded.on_sale, created_at = excluded.created_at WHERE plans.shop_id = excluded.shop_id"
        );
        let bound = sql(text)
            .bind(id(plan.id))
            .bind(id(plan.shop_id))
            .bind(&plan.name)
            .bind(json(&plan.terms)?)
            .bind(id(plan.group_id))
            .bind(json(&plan.prices)?)
            .bind(plan.on_sale)
            .bind(plan.created_at);
        self.must(bound, "a plan of another shop").await
    }

    async fn save_pack(&mut self, pack: &Pack) -> Result<(), Failure> {
        let text = "INSERT INTO packs (id, shop_id, kind, name, amount, prices, on_sale, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, \
            name = excluded.name, amount = excluded.amount, prices = excluded.prices, \
            on_sale = excluded.on_sale, created_at = excluded.created_at WHERE packs.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(pack.id))
            .bind(id(pack.shop_id))
            .bind(word(pack.kind))
            .bind(&pack.name)
            .bind(Traffic::bytes(pack.amount))
            .bind(json(&pack.prices)?)
            .bind(pack.on_sale)
            .bind(pack.created_at);
        self.must(bound, "a pack of another shop").await
    }

    async fn save_group(&mut self, group: &Group) -> Result<(), Failure> {
        let text = "INSERT INTO server_groups (id, shop_id, name, spread, gone) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, spread = excluded.spread \
            WHERE server_groups.shop_id = excluded.shop_id";
        let bound = sql(text).bind(id(group.id)).bind(id(group.shop_id)).bind(&group.name).bind(group.spread);
        let bound = bound.bind(false);
        self.must(bound, "a group of another shop").await
    }

    async fn hold_group(&mut self, shop: ShopId, group: GroupId) -> Result<(), Failure> {
        let text = "SELECT id FROM server_groups WHERE shop_id = $1 AND id = $2 /*lock*/";
        self.one(sql(text).bind(id(shop)).bind(id(group)), |row| row.text("id")).await.map(drop)
    }

    async fn save_server(&mut self, server: &Server) -> Result<(), Failure> {
        let text = "INSERT INTO servers (id, shop_id, group_id, name, kind, config_sealed, version, region, \
            capacity, state, health, offers, sold_out, created_at, gone) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
            ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id, name = excluded.name, \
            kind = excluded.kind, config_sealed = excluded.config_sealed, version = excluded.version, \
            region = excluded.region, capacity = excluded.capacity, state = excluded.state, \
            health = excluded.health, offers = excluded.offers, sold_out = excluded.sold_out, \
            created_at = excluded.created_at \
            WHERE servers.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(server.id))
            .bind(id(server.shop_id))
            .bind(id(server.group_id))
            .bind(&server.name)
            .bind(&server.kind)
            .bind(&server.config_sealed)
            .bind(server.version)
            .bind(server.region.clone())
            .bind(server.capacity)
            .bind(word(server.state))
            .bind(json(&server.health)?)
            .bind(server.offers)
            .bind(server.sold_out)
            .bind(server.created_at)
            .bind(false);
        self.must(bound, "a server of another shop").await
    }

    async fn save_gateway(&mut self, gateway: &GatewayAccount) -> Result<(), Failure> {
        let text = "INSERT INTO gateways \
            (id, shop_id, kind, name, config_sealed, endpoint, version, enabled, inside, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, \
            name = excluded.name, config_sealed = excluded.config_sealed, endpoint = excluded.endpoint, \
            version = excluded.version, enabled = excluded.enabled, inside = excluded.inside, created_at = excluded.created_at \
            WHERE gateways.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(gateway.id))
            .bind(id(gateway.shop_id))
            .bind(&gateway.kind)
            .bind(&gateway.name)
            .bind(&gateway.config_sealed)
            .bind(&gateway.endpoint)
            .bind(gateway.version)
            .bind(gateway.enabled)
            .bind(gateway.inside)
            .bind(gateway.created_at);
        self.must(bound, "a gateway of another shop").await
    }

    async fn save_scan_mark(
        &mut self,
        shop: ShopId,
        gateway: GatewayId,
        mark: Option<&ScanMark>,
    ) -> Result<(), Failure> {
        let Some(mark) = mark else {
            let text = "DELETE FROM scan_marks WHERE shop_id = $1 AND gateway_id = $2";
            return self.run(sql(text).bind(id(shop)).bind(id(gateway))).await.map(drop);
        };
        let text = "INSERT INTO scan_marks (gateway_id, shop_id, version, starts_at, reached) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway_id) DO UPDATE SET version = excluded.version, \
            starts_at = excluded.starts_at, reached = excluded.reached \
            WHERE scan_marks.shop_id = excluded.shop_id";
        let bound = sql(text).bind(id(gateway)).bind(id(shop)).bind(mark.version);
        let bound = bound.bind(mark.from.clone()).bind(&mark.reached);
        self.must(bound, "a gateway of another shop").await
    }

    async fn save_rate(&mut self, shop: ShopId, rate: &Rate) -> Result<(), Failure> {
        let text = "INSERT INTO rates (shop_id, asset, price_minor, price_currency, fresh_until, sources, set_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (shop_id, asset) DO UPDATE SET \
            price_minor = excluded.price_minor, price_currency = excluded.price_currency, \
            fresh_until = excluded.fresh_until, sources = excluded.sources, set_at = excluded.set_at";
        let bound = sql(text)
            .bind(id(shop))
            .bind(rate.asset)
            .bind(rate.price.minor)
            .bind(rate.price.currency)
            .bind(rate.fresh_until)
            .bind(u32::from(rate.origin.sources()))
            .bind(rate.set_at);
        self.run(bound).await.map(drop)
    }

    async fn next_index(&mut self, sequence: &str) -> Result<u32, Failure> {
        let text = "INSERT INTO sequences (name, next) VALUES ($1, 1) \
            ON CONFLICT (name) DO UPDATE SET next = sequences.next + 1 RETURNING next - 1 AS given";
        let given = self.one(sql(text).bind(sequence), |row| row.small("given")).await?;
        given.ok_or_else(|| Failure::core("a sequence gave nothing"))
    }
}
