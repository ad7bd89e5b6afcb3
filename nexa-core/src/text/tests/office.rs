//! What the office says of states and deeds: each has its words in every language.

use super::{super::*, has_arabic_letters, is_persian, is_russian};
use crate::{
    domain::{
        deed::Deed,
        grant::GrantState,
        import::{Fault, ImportKind},
        measure::Traffic,
        order::{Attention, OrderState},
        payment::{Finality, PaymentState},
        permission::{Permission, Permissions},
        shelf::Shelf,
        subscription::SubscriptionState,
        wording::TextKey,
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

#[expect(clippy::too_many_lines, reason = "one line for each deed")]
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
        RentSet { server: id(), cost: Some(by) },
        ServerRemoved { server: id() },
        GroupChanged { group: id() },
        GroupRemoved { group: id() },
        Arranged { shelf: Shelf::Plans },
        LinkRenewed { subscription: id() },
        OrderResolved { order: id() },
        GiftsMade { plan: id(), count: 1 },
        BulkBegun { bulk: id(), count: 1 },
        BulkStopped { bulk: id() },
        BroadcastSent { broadcast: id() },
        BroadcastStopped { broadcast: id() },
        ResellerAdded { reseller: id() },
        ResellerChanged { reseller: id() },
        ResellerSuspended { reseller: id() },
        ResellerResumed { reseller: id() },
        ResellerLinkRenewed { reseller: id() },
        WholesaleListSaved { list: id() },
        PlanTaken { plan: id() },
        PackTaken { pack: id() },
        TicketAssigned { ticket: id(), to: None },
        SupportSet { target_minutes: 60 },
        AnswerSaved { answer: id() },
        AnswerRemoved { answer: id() },
        ArticleSaved { article: id() },
        ArticleRemoved { article: id() },
        HelpArranged {},
        TextSet { text: TextKey::Terms, own: true },
        GatewayAdded { gateway: id() },
        GatewayChanged { gateway: id() },
        ServerAdded { server: id() },
        ServerChanged { server: id() },
        GroupAdded { group: id() },
        PlanAdded { plan: id() },
        PlanChanged { plan: id() },
        PackSaved { pack: id() },
        CouponAdded { coupon: id() },
        CouponChanged { coupon: id() },
        RateSet { asset: Currency::Usd, price: by },
        InvitationTermsSet {},
        CommissionApproved { commission: id() },
        CommissionRefused { commission: id() },
        WithdrawalPaid { withdrawal: id(), amount: by },
        WithdrawalRefused { withdrawal: id(), amount: by },
        CampaignAdded {},
        CampaignChanged {},
        LinksSet {},
        BotSet {},
        BotRemoved {},
        AlertsSet {},
        ShopChanged {},
        JobRetried { job: id() },
        KeyAdded { key: id() },
        KeyRemoved { key: id() },
        WebhookAdded { webhook: id() },
        WebhookChanged { webhook: id() },
        WebhookRemoved { webhook: id() },
        WebhookSecretRenewed { webhook: id() },
        WebhookReplayed { webhook: id(), count: 1 },
        StaffInvited { user: id(), owner: true, permissions: Permissions::NONE },
        StaffJoined { user: id() },
        StaffChanged { user: id(), owner: true, permissions: Permissions::NONE },
        StaffRemoved { user: id() },
        SecondFactorRule { required: true },
        ImportBegun { from: ImportKind::List, rows: 1 },
        Imported { from: ImportKind::List, users: 1, services: 1, credited: by },
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
            ProvisionStuck,
            SupplyUnpaid
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

#[test]
fn every_permission_and_every_usual_set_has_words() {
    let may = Permission::ALL.iter().map(|one| format!("staff-may-{}", one.name()));
    let presets = crate::domain::staff::Preset::ALL.iter().map(|one| format!("staff-preset-{}", one.name()));
    for key in may.chain(presets).map(|key| key.replace('_', "-")) {
        for locale in Locale::ALL {
            assert_ne!(get(locale, &key), key);
        }
        assert!(is_persian(&get(Locale::Fa, &key)) && is_russian(&get(Locale::Ru, &key)), "{key}");
    }
}

/// Each with its code; one that is missing here does not compile.
macro_rules! faults {
    ($($variant:ident),+ $(,)?) => {{
        let _all_are_here = |one: Fault| match one { $(Fault::$variant => ()),+ };
        [$(Fault::$variant),+]
    }};
}

#[test]
fn every_reason_to_leave_a_row_out_has_words() {
    let all = faults![
        Unreadable,
        NoIdentity,
        BadTelegram,
        BadEmail,
        BadDate,
        BadTraffic,
        BadBalance,
        NegativeBalance,
        BalanceTooLarge,
        NoCurrency,
        Duplicate,
        IdentityTaken,
        TwoUsers,
        EmailUnproved,
        Blocked,
        Nobody,
        NoPlan,
        PanelUserMissing,
        Endless,
        Over,
    ];
    let reasons = all.iter().map(|fault| format!("import-reason-{}", fault.code().replace('_', "-")));
    let kinds = ImportKind::ALL.iter().map(|kind| format!("import-kind-{}", kind.name()));
    for key in reasons.chain(kinds) {
        let [fa, en, ru] = Locale::ALL.map(|locale| get(locale, &key));
        assert!(fa != key && is_persian(&fa) && !has_arabic_letters(&fa), "{key}: {fa}");
        assert!(en != key && !is_persian(&en) && !is_russian(&en), "{key}: {en}");
        assert!(ru != key && is_russian(&ru), "{key}: {ru}");
    }
}
