//! What the office says of states and deeds: each has its words in every language.

use super::{super::*, has_arabic_letters, is_persian, is_russian};
use crate::{
    domain::{
        deed::Deed,
        grant::GrantState,
        measure::Traffic,
        order::{Attention, OrderState},
        payment::{Finality, PaymentState},
        subscription::SubscriptionState,
    },
    storefront::view::word,
};
use uuid::Uuid;

/// Every variant as a key speaks of it; one that is missing here does not compile.
macro_rules! every {
    ($kind:literal, $type:ident { $($variant:ident),+ $(,)? }) => {{
        let _all_are_here = |one: $type| match one { $($type::$variant => ()),+ };
        [$(format!("{}-{}", $kind, word(&$type::$variant).replace('_', "-"))),+]
    }};
}

/// The same of deeds, which hold something.
macro_rules! deeds {
    ($($variant:ident { $($field:ident: $value:expr),* }),+ $(,)?) => {{
        let _all_are_here = |one: Deed| match one { $(Deed::$variant { .. } => ()),+ };
        [$(format!("office-deed-{}", Deed::$variant { $($field: $value),* }.name().replace('_', "-"))),+]
    }};
}

fn deeds() -> Vec<String> {
    fn id<T: From<Uuid>>() -> T {
        Uuid::nil().into()
    }
    let by = Money::zero(Currency::Usd);
    let all = deeds![
        Given { user: id(), plan: id(), order: id(), subscription: id() },
        Extended { subscription: id(), days: 1, traffic: Traffic::gib(1) },
        Suspended { subscription: id() },
        Resumed { subscription: id() },
        Revoked { subscription: id() },
        Blocked { user: id() },
        Unblocked { user: id() },
        WalletCorrected { user: id(), by: by },
        ReceiptAccepted { receipt: id(), received: by },
        ReceiptRejected { receipt: id() },
        DepositAssigned { deposit: id(), payment: id() },
        DepositDismissed { deposit: id() },
        PaymentAccepted { payment: id(), received: by },
        PaymentDismissed { payment: id() },
        Refunded { order: id() },
        RefundedToPayer { order: id() },
        SentBack { payment: id(), amount: by },
        MaintenanceBegun {},
        MaintenanceEnded {},
        AdoptionSet { plan: None },
        GraceSet { hours: 1, mib: 1 },
        BroadcastSent { broadcast: id() },
        BroadcastStopped { broadcast: id() },
    ];
    all.into()
}

fn states() -> Vec<String> {
    let attention = every!(
        "office-attention",
        Attention {
            PaymentReview,
            PaymentDisputed,
            PaymentReversed,
            ReturnRefused,
            ProvisionRejected,
            ProvisionStuck
        }
    );
    let order = every!(
        "office-order",
        OrderState { Placed, AwaitingPayment, Paid, Fulfilled, Cancelled, Expired, Refunding, Refunded }
    );
    let payment = every!(
        "office-payment",
        PaymentState {
            Created,
            Open,
            Seen,
            Underpaid,
            Paid,
            Overpaid,
            Expired,
            Failed,
            Disputed,
            Refunding,
            Refunded,
            NeedsReview
        }
    );
    let transfer = every!("office-transfer", Finality { Dropped, Seen, Contested, Confirmed });
    let grant = every!("office-grant", GrantState { Wanted, Placed, Unwanted, Removed });
    let subscription = every!(
        "subscription",
        SubscriptionState { Pending, Active, Exhausted, Ended, Suspended, Frozen, Revoked }
    );
    [
        attention.to_vec(),
        order.to_vec(),
        payment.to_vec(),
        transfer.to_vec(),
        grant.to_vec(),
        subscription.to_vec(),
    ]
    .concat()
}

#[test]
fn the_office_has_words_for_every_state_and_deed() {
    for key in states().into_iter().chain(deeds()) {
        let [fa, en, ru] = Locale::ALL.map(|locale| get(locale, &key));
        assert!(fa != key && is_persian(&fa) && !has_arabic_letters(&fa), "{key}: {fa}");
        assert!(en != key && !is_persian(&en) && !is_russian(&en), "{key}: {en}");
        assert!(ru != key && is_russian(&ru), "{key}: {ru}");
    }
}
