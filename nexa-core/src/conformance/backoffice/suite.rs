//! The suite as tests.

/// Every case of the suite as a test of its own: `backoffice_suite!(#[tokio::test] my_shop().await)`. The expression
/// makes a fresh [`Fixture`](super::Fixture).
#[macro_export]
macro_rules! backoffice_suite {
    (#[$test:meta] $fixture:expr) => {
        $crate::backoffice_suite!(@cases #[$test] $fixture;
            lets_nobody_in_without_the_scope, hides_what_belongs_to_other_shops, keeps_secrets,
            stores_nothing_that_cannot_work, keeps_links_in_reach, decides_once, refunds_once_and_after_the_service_is_gone,
            keeps_terms_in_bounds, counts_what_campaigns_brought,
            keeps_coupons_in_bounds, changes_coupons_for_what_is_ordered_later,
            keeps_servers_until_nobody_is_on_them, keeps_groups_that_are_used, shows_settings_without_their_secrets,
            arranges_what_it_shows);
    };
    (@cases #[$test:meta] $fixture:expr; $($case:ident),+) => {$(
        #[$test]
        async fn $case() {
            $crate::conformance::backoffice::$case(&$fixture).await;
        }
    )+};
}
