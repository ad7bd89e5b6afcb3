//! One of each refusal.

use super::Refusal;
use crate::domain::{
    extras::Extras,
    money::{Currency, Money},
};

impl Refusal {
    /// One example of every variant, for tests that every code has a sentence.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each refusal")]
    pub fn examples() -> Vec<Self> {
        let usd = Money::new(100, Currency::Usd);
        let mut all = vec![
            Self::NotFound,
            Self::NotSignedIn,
            Self::NotAllowed,
            Self::Blocked,
            Self::bad_input("days", "must be positive"),
            Self::WrongCredentials,
            Self::TooManyAttempts { wait_seconds: 30 },
            Self::EmailTaken,
            Self::BadEmail,
            Self::WeakPassword { minimum: 8 },
            Self::PlanNotOnSale,
            Self::NotSupplied,
            Self::SupplierDecides,
            Self::BelowFloor { floor: usd },
            Self::WrongCurrency { expected: Currency::Usd },
            Self::AmountOutOfRange,
            Self::BelowMinimum { minimum: usd },
            Self::AboveMaximum { maximum: usd },
            Self::GatewayUnavailable,
            Self::NoFreshRate { asset: Currency::Ltc },
            Self::NoFreeAmount,
            Self::NotEnoughFunds { missing: usd },
            Self::PriceChanged { price: usd },
            Self::OrderNotOpen,
            Self::OrderNotRefundable,
            Self::NotReturnable,
            Self::ReturnNotCovered { missing: usd },
            Self::PaymentDisputed,
            Self::TrialUsed,
            Self::NoTrial,
            Self::SubscriptionClosed,
            Self::NoReceiptWanted,
            Self::BadPicture,
            Self::TooLarge { limit: 65_536 },
            Self::SelectionGrew { count: 120 },
            Self::AlreadyDecided,
            Self::KeyReused,
            Self::InFlight,
            Self::AdoptionOff,
            Self::NoIdentity,
            Self::ServiceUnknown,
            Self::ServersSilent,
            Self::NoServer,
            Self::ExtraNotOffered { missing: Extras { dedicated_ip: true, ..Extras::NONE } },
            Self::ExtraUnavailable,
            Self::RegionUnknown,
            Self::RegionFull,
            Self::AlreadyThere,
            Self::AddressStays,
            Self::ExtrasDiffer,
            Self::StillInUse,
            Self::NameTaken,
            Self::ServerKnown,
            Self::UnknownKind,
            Self::bad_config("address", "not a URL"),
            Self::PrivateKey,
            Self::PlaceholderKey,
            Self::PanelUnauthorized,
            Self::PanelUnreachable,
            Self::PanelUnsupported,
            Self::BadSignature,
            Self::WrongCode,
            Self::SecondFactorNeeded,
            Self::SecondFactorRequired,
            Self::SecondFactorSet,
            Self::ProveAgain,
            Self::IdentityTaken,
            Self::LastIdentity,
            Self::MailUnavailable,
            Self::TelegramUnavailable,
            Self::BadTelegramProof,
            Self::TelegramProofOld,
            Self::PasskeyUnavailable,
            Self::BadPasskey,
            Self::WalletNotEmpty,
            Self::TrialNeedsIdentity,
            Self::InvitationUnknown,
            Self::OwnInvitation,
            Self::AlreadyInvited,
            Self::InvitationTooLate,
            Self::WithdrawalNotOffered,
            Self::Maintenance { note: "New servers until 18:00.".to_owned() },
            Self::PayerUnknown,
            Self::GiftUnknown,
            Self::GiftClaimed,
        ];
        all.extend(Self::of_coupons());
        all.extend(Self::too_many());
        all
    }

    /// The refusals of coupons.
    const fn of_coupons() -> [Self; 4] {
        [Self::CouponUnknown, Self::CouponExpired, Self::CouponUsedUp, Self::CouponNotForThis]
    }

    /// The refusals of what was done too often, or is there too often.
    fn too_many() -> [Self; 11] {
        [
            Self::TooManyRemovals { wait_seconds: 3600 },
            Self::TooManyResets { wait_seconds: 3600 },
            Self::TooManyMoves { wait_seconds: 3600 },
            Self::TooManyReceipts,
            Self::TooManyTickets,
            Self::TooManyMessages,
            Self::TooManyPictures,
            Self::SaidMeanwhile,
            Self::TooManyOpenOrders,
            Self::TooManyPayments,
            Self::TooManyPasskeys,
        ]
    }
}
