//! Money that goes back through Stripe.

use super::Stripe;
use nexa_core::{
    conformance::gateway::{Fixture, done, expected, movement, opened},
    domain::payment::{Finality, Movement},
    ports::outcome::Outcome,
};
use nexa_payments::testing::{ServerFault, StripeScript};

/// A payment that came, and Stripe's name for its intent.
async fn paid(stripe: &Stripe) -> (Movement, String) {
    let (invoice, opened) = opened(stripe, 0).await;
    let intent = stripe.make_paid(&opened, invoice.due).await;
    let facts = done(stripe.gateway.inspect(&[expected(&invoice, &opened)], stripe.now()).await);
    (movement(&facts[0], &invoice), intent)
}

/// What the transfer is now.
async fn stands(stripe: &Stripe, known: &Movement) -> Finality {
    done(stripe.gateway.recheck(std::slice::from_ref(known), stripe.now()).await)[0].finality
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_made_once() {
    let stripe = Stripe::new().await;
    let (known, _) = paid(&stripe).await;
    stripe.server.fail(Some(ServerFault::DoneThenHang));
    assert!(matches!(stripe.gateway.refund(&known).await, Outcome::Ambiguous(_)));
    stripe.server.fail(None);
    assert_eq!(stripe.gateway.refund(&known).await, Outcome::Done(()));
    assert_eq!(stands(&stripe, &known).await, Finality::Dropped);
}

#[tokio::test]
async fn a_refund_that_takes_days_is_not_done_before_it_is() {
    for status in ["pending", "requires_action"] {
        for is_forgotten in [false, true] {
            let stripe = Stripe::new().await;
            let (known, intent) = paid(&stripe).await;
            stripe.server.with(|stripe| stripe.refunds_are(status));
            assert!(matches!(stripe.gateway.refund(&known).await, Outcome::Ambiguous(_)), "{status}");
            if is_forgotten {
                stripe.server.with(StripeScript::forgets);
            }
            assert!(matches!(stripe.gateway.refund(&known).await, Outcome::Ambiguous(_)), "{status}, again");
            stripe.server.with(|stripe| stripe.refund_is(&intent, "succeeded"));
            assert_eq!(stripe.gateway.refund(&known).await, Outcome::Done(()));
            assert_eq!(stands(&stripe, &known).await, Finality::Dropped);
        }
    }
}

#[tokio::test]
async fn a_refund_that_fails_in_the_end_is_refused() {
    for status in ["failed", "canceled"] {
        let stripe = Stripe::new().await;
        let (known, intent) = paid(&stripe).await;
        stripe.server.with(|stripe| stripe.refunds_are("pending"));
        assert!(matches!(stripe.gateway.refund(&known).await, Outcome::Ambiguous(_)));
        stripe.server.with(|stripe| stripe.refund_is(&intent, status));
        assert!(matches!(stripe.gateway.refund(&known).await, Outcome::Rejected(_)), "{status}");
        assert_eq!(stands(&stripe, &known).await, Finality::Confirmed, "the money is there again");
    }
}
