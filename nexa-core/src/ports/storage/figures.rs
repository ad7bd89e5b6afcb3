//! A shop's figures by day, what they are folded from, and what their fold remembers.

use super::layer::{reads, writes};
use crate::{
    domain::{
        analytics::{Booked, Delta, Figure, Marks, Past, Row, ServerTraffic, Standing, Subject},
        event::Event,
        order::Order,
        payment::Payment,
    },
    error::Failure,
    ids::{EventId, JournalId, OrderId, PaymentId, ServerId, ShopId},
};
use jiff::Timestamp;

reads! {
/// Reads of figures. Every one is over an index, however much a shop has sold.
pub trait FigureReads {
    /// Events after this one, oldest first; none in the place of one that cannot be read.
    async fn events_after(
        &mut self,
        shop: ShopId,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<(EventId, Option<Event>, Timestamp)>, Failure>;
    /// Journals after this one, oldest first, with their entries.
    async fn journals_after(
        &mut self,
        shop: ShopId,
        after: Option<JournalId>,
        limit: u32,
    ) -> Result<Vec<Booked>, Failure>;
    /// Those of these orders that are there, in any order, asked for many at a time.
    async fn orders_among(&mut self, shop: ShopId, ids: &[OrderId]) -> Result<Vec<Order>, Failure>;
    /// Those of these payments that are there, in any order, asked for many at a time.
    async fn payments_among(&mut self, shop: ShopId, ids: &[PaymentId]) -> Result<Vec<Payment>, Failure>;
    /// How far they are folded.
    async fn figure_marks(&mut self, shop: ShopId) -> Result<Marks, Failure>;
    /// What the fold remembers of these subjects, in any order, without those of which it remembers nothing.
    async fn pasts(&mut self, shop: ShopId, of: &[Subject]) -> Result<Vec<(Subject, Past)>, Failure>;
    /// A figure from the first day to the last, both included, by slice and day.
    async fn figures(
        &mut self,
        shop: ShopId,
        figure: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure>;
    /// One slice of a figure from the first day to the last, both included, by day.
    async fn figure_days(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure>;
    /// The slices of a figure that are named `{by}:…`, from the first day to the last, both included, by slice and day.
    async fn figures_by(
        &mut self,
        shop: ShopId,
        figure: Figure,
        by: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure>;
    /// The sum of one slice of a figure from the first day to the last, both included.
    async fn figure_sum(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        from: i64,
        to: i64,
    ) -> Result<i64, Failure>;
    /// Each slice of a figure, summed from the first day to the last, both included; the day is the last.
    async fn figure_slices(
        &mut self,
        shop: ShopId,
        figure: Figure,
        from: i64,
        to: i64,
    ) -> Result<Vec<Row>, Failure>;
    /// The newest row of one slice of a figure up to this day, which is included.
    async fn last_figure(
        &mut self,
        shop: ShopId,
        figure: Figure,
        slice: &str,
        until: i64,
    ) -> Result<Option<Row>, Failure>;
    /// The subscriptions in use by plan, and how many users have one that somebody paid for. Looks at all of them: for the
    /// roll-up only.
    async fn standing(&mut self, shop: ShopId) -> Result<(Vec<Standing>, i64), Failure>;
    /// What went through the shop's servers on each day of UTC since then, by server and number of the day: the `most`
    /// through which most went by themselves, all others, which come first, as one.
    async fn server_days(
        &mut self,
        shop: ShopId,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<(Option<ServerId>, i64, i64)>, Failure>;
    /// What went through the shop's servers since then, by server and time.
    async fn server_traffic(&mut self, shop: ShopId, since: Timestamp)
    -> Result<Vec<ServerTraffic>, Failure>;
    /// What went through each of the shop's servers since then, by server; those through which nothing went are left out.
    async fn server_bytes(&mut self, shop: ShopId, since: Timestamp)
    -> Result<Vec<(ServerId, i64)>, Failure>;
}
}

writes! {
/// Writes of figures.
pub trait FigureWrites {
    /// Adds to figures.
    async fn add_figures(&mut self, shop: ShopId, deltas: &[Delta]) -> Result<(), Failure>;
    /// Puts values in the place of figures.
    async fn set_figures(&mut self, shop: ShopId, values: &[Delta]) -> Result<(), Failure>;
    /// Replaces what is remembered of a subject; [`Past::None`] forgets it.
    async fn save_past(&mut self, shop: ShopId, of: Subject, past: &Past) -> Result<(), Failure>;
    /// Replaces how far events and journals are folded.
    async fn save_figure_marks(&mut self, shop: ShopId, marks: Marks) -> Result<(), Failure>;
    /// Forgets all that was folded, with what the fold remembers, so that it begins anew. What was counted stays.
    async fn clear_figures(&mut self, shop: ShopId) -> Result<(), Failure>;
    /// Adds to what went through a server in the hour of this moment.
    async fn add_server_traffic(
        &mut self,
        shop: ShopId,
        server: ServerId,
        at: Timestamp,
        bytes: i64,
    ) -> Result<(), Failure>;
    /// Sums up the hours before this moment, which begins a day of UTC, by day.
    async fn thin_server_traffic(&mut self, shop: ShopId, before: Timestamp) -> Result<(), Failure>;
}
}
