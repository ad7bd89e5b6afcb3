//! The suite as tests.

/// Every case of the suite as a test of its own: `storefront_suite!(#[tokio::test] my_shop().await)`. The expression
/// makes a fresh [`Fixture`](super::Fixture).
#[macro_export]
macro_rules! storefront_suite {
    (#[$test:meta] $fixture:expr) => {
        $crate::storefront_suite!(@cases #[$test] $fixture;
            hides_what_belongs_to_others, lets_a_guest_only_look_and_sign_in, places_one_order_for_one_key,
            charges_what_it_quoted, is_paid_from_the_wallet_at_once, keeps_an_order_open_when_its_gateway_fails,
            gives_one_trial_per_identity, kills_the_old_link_at_once, tells_what_was_used_by_day,
            asks_a_gateway_for_what_the_wallet_lacks, sets_the_wallets_part_aside, keeps_an_order_for_the_wallet, adds_packs_to_the_period,
            changes_the_plan_at_the_quoted_price, switches_the_renewal_on_and_off, takes_names_that_can_be_shown,
            ends_sessions_at_once, keeps_the_last_way_in, is_gone_after_leaving,
            moves_to_no_unknown_country,
            adopts_once, slows_guessing_of_services_down, adopts_nothing_without_a_plan,
            has_one_invitation_for_everybody, takes_one_invitation_of_somebody_else,
            shows_a_gifts_code_to_its_buyer, gives_a_gift_once, renews_by_a_gift, takes_an_unclaimed_gift_back,
            slows_guessing_of_gifts_down,
            charges_what_a_coupon_was_said_to_make, slows_guessing_of_coupons_down,
            uses_a_coupon_as_often_as_it_may_be, gives_at_no_price_by_a_coupon);
    };
    (@cases #[$test:meta] $fixture:expr; $($case:ident),+) => {$(
        #[$test]
        async fn $case() {
            $crate::conformance::storefront::$case(&$fixture).await;
        }
    )+};
}
