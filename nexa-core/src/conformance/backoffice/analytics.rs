//! Figures over time.

use super::{Codes, refused};
use crate::backoffice::Backoffice;

/// What each method of the port answers.
pub(super) async fn codes(shop: &dyn Backoffice) -> Codes {
    vec![
        ("summary", refused(shop.summary(0).await)),
        ("series", refused(shop.series(String::new(), None, 0).await)),
        ("cohorts", refused(shop.cohorts(0).await)),
        ("funnel", refused(shop.funnel(0).await)),
        ("server_figures", refused(shop.server_figures(0).await)),
        ("signals", refused(shop.signals().await)),
        ("refresh_figures", refused(shop.refresh_figures().await)),
        ("fold_again", refused(shop.fold_again().await)),
    ]
}
