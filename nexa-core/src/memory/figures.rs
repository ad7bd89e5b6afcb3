//! Figures by day, what they are folded from, and what their fold remembers.

use super::Unit;
use crate::{
    domain::{
        analytics::{Booked, Delta, Figure, Marks, Past, Row, ServerTraffic, Standing, Subject, monthly},
        event::Event,
        order::Order,
        payment::Payment,
        subscription::SubscriptionState,
        time::from_millis,
    },
    error::Failure,
    ids::{EventId, JournalId, OrderId, PaymentId, ServerId, ShopId},
    ports::storage::{FigureReads, FigureWrites},
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Default)]
pub(super) struct Figures {
    rows: OrdMap<(ShopId, Figure, String, i64), i64>,
    marks: OrdMap<ShopId, Marks>,
    pasts: OrdMap<(ShopId, Subject), Past>,
    traffic: OrdMap<(ShopId, ServerId, Timestamp), i64>,
}

impl Figures {
    fn slice(&self, shop: ShopId, figure: Figure, slice: &str, until: i64) -> impl Iterator<Item = Row> {
        let key = |day| (shop, figure, slice.to_owned(), day);
        let rows = self.rows.range(key(i64::MIN)..=key(until));
        rows.map(|((_, _, slice, day), value)| Row { slice: slice.clone(), day: *day, value: *value })
    }
}

fn limit(most: u32) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

#[async_trait]
impl FigureReads for Unit {
    async fn events_after(
        &mut self,
        shop: ShopId,
        after: Option<EventId>,
        most: u32,
    ) -> Result<Vec<(EventId, Option<Event>, Timestamp)>, Failure> {
        let newer = self.state.inbox.events_of(shop, after).take(limit(most));
        Ok(newer.map(|(id, event, at)| (id, Some(event), at)).collect())
    }

    async fn journals_after(
        &mut self,
        shop: ShopId,
        after: Option<JournalId>,
        most: u32,
    ) -> Result<Vec<Booked>, Failure> {
        let newer = self.state.books.journals.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        let own = newer.map(|(_, journal)| journal).filter(|journal| journal.shop_id == shop);
        let booked = own.map(|journal| Booked {
            id: journal.id,
            cause: journal.cause.clone(),
            at: journal.at,
            entries: journal.entries().to_vec(),
        });
        Ok(booked.take(limit(most)).collect())
    }

    async fn orders_among(&mut self, shop: ShopId, ids: &[OrderId]) -> Result<Vec<Order>, Failure> {
        Ok(ids.iter().filter_map(|id| self.state.orders.order(shop, *id).cloned()).collect())
    }

    async fn payments_among(&mut self, shop: ShopId, ids: &[PaymentId]) -> Result<Vec<Payment>, Failure> {
        Ok(ids.iter().filter_map(|id| self.state.orders.payment(shop, *id).cloned()).collect())
    }

    async fn figure_marks(&mut self, shop: ShopId) -> Result<Marks, Failure> {
        Ok(self.state.figures.marks.get(&shop).copied().unwrap_or_default())
    }

    async fn pasts(&mut self, shop: ShopId, of: &[Subject]) -> Result<Vec<(Subject, Past)>, Failure> {
        let pasts = &self.state.figures.pasts;
        Ok(of.iter().filter_map(|of| Some((*of, pasts.get(&(shop, *of)).cloned()?))).collect())
    }

    async fn figures(
        &mut self,
        shop: ShopId,
        figure: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure> {
        let rows = self.state.figures.rows.iter();
        let own = rows
            .filter(|((of, what, _, day), _)| *of == shop && *what == figure && (from..=to).contains(day));
        Ok(own
            .map(|((_, _, slice, day), value)| Row { slice: slice.clone(), day: *day, value: *value })
            .collect())
    }

    async fn figure_days(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure> {
        Ok(self.state.figures.slice(shop, figure, slice, to).filter(|row| row.day >= from).collect())
    }

    async fn figures_by(
        &mut self,
        shop: ShopId,
        figure: Figure,
        by: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure> {
        let named = format!("{by}:");
        let rows = self.figures(shop, figure, from, to).await?;
        Ok(rows.into_iter().filter(|row| row.slice.starts_with(&named)).collect())
    }

    async fn figure_sum(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<i64, Failure> {
        let rows = self.state.figures.slice(shop, figure, slice, to).filter(|row| row.day >= from);
        Ok(rows.map(|row| row.value).sum())
    }

    async fn figure_slices(
        &mut self,
        shop: ShopId,
        figure: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure> {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for row in self.figures(shop, figure, from, to).await? {
            let sum = sums.entry(row.slice).or_default();
            *sum = sum.saturating_add(row.value);
        }
        Ok(sums.into_iter().map(|(slice, value)| Row { slice, day: to, value }).collect())
    }

    async fn last_figure(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        until: i64,
    ) -> Result<Option<Row>, Failure> {
        Ok(self.state.figures.slice(shop, figure, slice, until).last())
    }

    async fn standing(&mut self, shop: ShopId) -> Result<(Vec<Standing>, i64), Failure> {
        let mut plans = BTreeMap::new();
        let mut payers = BTreeSet::new();
        let all = self.state.service.subscriptions.values().filter(|s| s.shop_id == shop);
        for held in all.filter(|s| s.state == SubscriptionState::Active) {
            let none = Standing { plan: held.plan_id, subscriptions: 0, paid: 0, monthly: 0 };
            let sum = plans.entry(held.plan_id).or_insert(none);
            let monthly = monthly(held);
            *sum = Standing {
                subscriptions: sum.subscriptions + 1,
                paid: sum.paid + i64::from(monthly > 0),
                monthly: sum.monthly.saturating_add(monthly),
                ..*sum
            };
            if monthly > 0 {
                payers.insert(held.user_id);
            }
        }
        Ok((plans.into_values().collect(), i64::try_from(payers.len()).unwrap_or(i64::MAX)))
    }

    async fn server_days(
        &mut self,
        shop: ShopId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<(Option<ServerId>, i64, i64)>, Failure> {
        let mut busy = self.server_bytes(shop, since).await?;
        busy.sort_by_key(|(server, bytes)| (std::cmp::Reverse(*bytes), *server));
        busy.truncate(limit(most));
        let mut sums: BTreeMap<(Option<ServerId>, i64), i64> = BTreeMap::new();
        for row in self.server_traffic(shop, since).await? {
            let server = busy.iter().map(|(server, _)| *server).find(|server| *server == row.server);
            let sum = sums.entry((server, row.since.as_millisecond().div_euclid(DAY))).or_default();
            *sum = sum.saturating_add(row.bytes);
        }
        Ok(sums.into_iter().map(|((server, day), bytes)| (server, day, bytes)).collect())
    }

    async fn server_traffic(
        &mut self,
        shop: ShopId,
        since: Timestamp,
    ) -> Result<Vec<ServerTraffic>, Failure> {
        let rows = self.state.figures.traffic.iter().filter(|((of, _, at), _)| *of == shop && *at >= since);
        Ok(rows
            .map(|((_, server, since), bytes)| ServerTraffic {
                server: *server,
                since: *since,
                bytes: *bytes,
            })
            .collect())
    }

    async fn server_bytes(
        &mut self,
        shop: ShopId,
        since: Timestamp,
    ) -> Result<Vec<(ServerId, i64)>, Failure> {
        let mut sums: BTreeMap<ServerId, i64> = BTreeMap::new();
        for row in self.server_traffic(shop, since).await? {
            let sum = sums.entry(row.server).or_default();
            *sum = sum.saturating_add(row.bytes);
        }
        Ok(sums.into_iter().collect())
    }
}

#[async_trait]
impl FigureWrites for Unit {
    async fn add_figures(&mut self, shop: ShopId, deltas: &[Delta]) -> Result<(), Failure> {
        self.require_shop(shop)?;
        for Delta { figure, row } in deltas {
            let key = (shop, *figure, row.slice.clone(), row.day);
            let value = self.state.figures.rows.entry(key).or_default();
            *value = value.saturating_add(row.value);
        }
        Ok(())
    }

    async fn set_figures(&mut self, shop: ShopId, values: &[Delta]) -> Result<(), Failure> {
        self.require_shop(shop)?;
        for Delta { figure, row } in values {
            self.state.figures.rows.insert((shop, *figure, row.slice.clone(), row.day), row.value);
        }
        Ok(())
    }

    async fn save_past(&mut self, shop: ShopId, of: Subject, past: &Past) -> Result<(), Failure> {
        self.require_shop(shop)?;
        if *past == Past::None {
            self.state.figures.pasts.remove(&(shop, of));
        } else {
            self.state.figures.pasts.insert((shop, of), past.clone());
        }
        Ok(())
    }

    async fn save_figure_marks(&mut self, shop: ShopId, marks: Marks) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.figures.marks.insert(shop, marks);
        Ok(())
    }

    async fn clear_figures(&mut self, shop: ShopId) -> Result<(), Failure> {
        let figures = &mut self.state.figures;
        figures.rows = figures
            .rows
            .iter()
            .filter(|((of, figure, _, _), _)| *of != shop || !figure.is_folded())
            .map(|(key, value)| (key.clone(), *value))
            .collect();
        let kept = figures.pasts.iter().filter(|((of, _), _)| *of != shop);
        figures.pasts = kept.map(|(key, past)| (*key, past.clone())).collect();
        figures.marks.remove(&shop);
        Ok(())
    }

    async fn add_server_traffic(
        &mut self,
        shop: ShopId,
        server: ServerId,
        at: Timestamp,
        bytes: i64,
    ) -> Result<(), Failure> {
        let known = self.state.catalogue.servers.get(&server).is_some_and(|s| s.shop_id == shop);
        self.require(known, "no such server in this shop")?;
        let hour = from_millis(at.as_millisecond().div_euclid(HOUR) * HOUR);
        let sum = self.state.figures.traffic.entry((shop, server, hour)).or_default();
        *sum = sum.saturating_add(bytes);
        Ok(())
    }

    async fn thin_server_traffic(&mut self, shop: ShopId, before: Timestamp) -> Result<(), Failure> {
        let traffic = &mut self.state.figures.traffic;
        let old = traffic.iter().filter(|((of, _, since), _)| *of == shop && *since < before);
        for (key, bytes) in old.map(|(key, bytes)| (*key, *bytes)).collect::<Vec<_>>() {
            traffic.remove(&key);
            let day = from_millis(key.2.as_millisecond().div_euclid(DAY) * DAY);
            let sum = traffic.entry((shop, key.1, day)).or_default();
            *sum = sum.saturating_add(bytes);
        }
        Ok(())
    }
}
