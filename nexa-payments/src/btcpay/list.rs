//! What the store's invoices brought in a span of time.

use super::{BtcPay, Paper};
use crate::{
    http::Trouble,
    processor::{Asked, Listed, is_name},
};
use jiff::Timestamp;
use nexa_core::domain::payment::Finality;

/// Invoices of one answer.
const PAGE: usize = 100;
/// Pages of one list.
const MOST_PAGES: usize = 50;

impl BtcPay {
    /// Invoices of the store that were made in these seconds and that something came for.
    async fn papers(&self, from: i64, to: i64) -> Result<Vec<Paper>, Trouble> {
        let (from, to, take) = (from.to_string(), to.to_string(), PAGE.to_string());
        let mut papers = Vec::new();
        for page in 0..MOST_PAGES {
            let skip = (page * PAGE).to_string();
            let query = [("startDate", from.as_str()), ("endDate", &to), ("take", &take), ("skip", &skip)];
            let found: Vec<Paper> = self.get("/invoices", &query).await?;
            let last = found.len() < PAGE;
            papers.extend(found.into_iter().filter(|paper| {
                let nothing = matches!(paper.status.as_deref(), Some("New" | "Expired"));
                !(nothing && matches!(paper.flag.as_deref(), None | Some("None")))
            }));
            if last {
                return Ok(papers);
            }
        }
        Err(self.server.unclear("has more invoices than can be read at once"))
    }

    /// It finds invoices by when they were made, and money comes for them until they are not watched any more.
    pub(super) async fn listed(&self, from: i64, to: i64) -> Result<Vec<Listed>, Trouble> {
        let lives = (i64::from(self.window_minutes) + self.monitoring_minutes).saturating_mul(60);
        let mut listed = Vec::new();
        for paper in self.papers(from.saturating_sub(lives), to).await? {
            let Asked { id, order, amount, currency } = paper.asked();
            if !currency.eq_ignore_ascii_case(self.asset.code()) || !is_name(id) {
                continue;
            }
            let price = amount.0.and_then(|amount| amount.minor(self.asset.decimals()));
            let price = price.ok_or_else(|| self.server.unclear("an invoice without a price"))?;
            for (fact, at) in self.came(&paper, price).await? {
                let at = at.ok_or_else(|| self.server.unclear("a payment without a time"))?;
                if fact.finality == Finality::Confirmed && (from..to).contains(&at) {
                    let at = Timestamp::from_second(at).map_err(|_| self.server.unclear("no time"))?;
                    listed.push(Listed::new(id, order, fact, at));
                }
            }
        }
        Ok(listed)
    }
}
