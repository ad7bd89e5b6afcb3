//! Every "no" that the product can say, each with a stable code and what its sentence needs.
//!
//! The codes are part of the public interface: they never change their meaning. Every code has a sentence
//! `refusal-{code}` in every language (`tests/` checks that).

mod codes;
mod examples;
mod parameters;

pub use parameters::Parameters;

use super::{
    extras::Extras,
    money::{Currency, Money},
};
use std::borrow::Cow;
use thiserror::Error;

/// An answer, not an accident.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{}", self.code())]
pub enum Refusal {
    /// There is no such thing, or it is not yours: the same answer for both.
    NotFound,
    /// Sign in first, or the session has ended.
    NotSignedIn,
    /// Signed in, but not permitted.
    NotAllowed,
    /// The account is blocked by the operator.
    Blocked,
    /// A field of the request is wrong.
    BadInput {
        /// The field's name as the interface spells it.
        field: Cow<'static, str>,
        /// A short English reason for developers.
        reason: Cow<'static, str>,
    },
    /// Account number, e-mail or password is wrong: the same answer for all.
    WrongCredentials,
    /// Too many tries; wait.
    TooManyAttempts {
        /// Seconds to wait.
        wait_seconds: u32,
    },
    /// Somebody has this e-mail address here already.
    EmailTaken,
    /// The address does not look like one.
    BadEmail,
    /// Shorter than the minimum or known to everybody.
    WeakPassword {
        /// Least number of characters.
        minimum: u32,
    },
    /// The plan is not on sale.
    PlanNotOnSale,
    /// The amount is in another currency than expected.
    WrongCurrency {
        /// What was expected.
        expected: Currency,
    },
    /// Negative, zero where that makes no sense, or absurdly large.
    AmountOutOfRange,
    /// Below what this gateway takes.
    BelowMinimum {
        /// The least amount.
        minimum: Money,
    },
    /// Above what this gateway takes.
    AboveMaximum {
        /// The greatest amount.
        maximum: Money,
    },
    /// The payment method cannot be used now.
    GatewayUnavailable,
    /// No fresh exchange rate for this asset.
    NoFreshRate {
        /// The asset.
        asset: Currency,
    },
    /// All unique amounts of all cards are taken.
    NoFreeAmount,
    /// The wallet holds too little.
    NotEnoughFunds {
        /// What is missing.
        missing: Money,
    },
    /// It no longer costs what the customer was shown.
    PriceChanged {
        /// What it costs now.
        price: Money,
    },
    /// The order is in a state in which this cannot be done.
    OrderNotOpen,
    /// Cannot be refunded: not paid, or refunded already.
    OrderNotRefundable,
    /// The transfer cannot be sent back: it is not final or is contested, or its gateway sends nothing back.
    NotReturnable,
    /// The wallet no longer holds what the transfer brought.
    ReturnNotCovered {
        /// What is missing.
        missing: Money,
    },
    /// A payment of the customer is contested, so nothing is paid from the wallet.
    PaymentDisputed,
    /// This identity has had its trial.
    TrialUsed,
    /// This shop has no trial.
    NoTrial,
    /// The subscription cannot be renewed or changed in its state.
    SubscriptionClosed,
    /// The payment does not wait for a receipt.
    NoReceiptWanted,
    /// Not a JPEG, PNG or WebP picture, or damaged.
    BadPicture,
    /// The upload is too large.
    TooLarge {
        /// Bytes allowed.
        limit: u32,
    },
    /// More subscriptions are selected than were seen.
    SelectionGrew {
        /// How many there are now.
        count: u32,
    },
    /// Too many devices taken off a subscription today.
    TooManyRemovals {
        /// Seconds until one more may be.
        wait_seconds: u32,
    },
    /// Too many new links of a subscription today.
    TooManyResets {
        /// Seconds until there may be one more.
        wait_seconds: u32,
    },
    /// Too many moves of a subscription today.
    TooManyMoves {
        /// Seconds until there may be one more.
        wait_seconds: u32,
    },
    /// Too many receipts today.
    TooManyReceipts,
    /// Too many tickets that are not closed.
    TooManyTickets,
    /// Too many messages to the shop within an hour.
    TooManyMessages,
    /// Too many pictures in a ticket within an hour.
    TooManyPictures,
    /// Something was said or done in a ticket since it was looked at.
    SaidMeanwhile,
    /// Too many unpaid orders: pay or cancel one first.
    TooManyOpenOrders,
    /// Too many payments were opened for one order: cancel it and place another.
    TooManyPayments,
    /// Somebody decided already, or it changed since you looked.
    AlreadyDecided,
    /// The same Idempotency-Key with another request.
    KeyReused,
    /// The same request is being worked on right now.
    InFlight,
    /// The group has no server that takes customers.
    NoServer,
    /// No server of the plan's group offers all of its extras.
    ExtraNotOffered {
        /// Those that are missing.
        missing: Extras,
    },
    /// No server that offers the plan's extras takes customers just now.
    ExtraUnavailable,
    /// No server of the subscription's group stands in this country.
    RegionUnknown,
    /// No server in this country takes the subscription just now.
    RegionFull,
    /// The subscription is in this country already.
    AlreadyThere,
    /// The subscription has an address of its own, which belongs to its server.
    AddressStays,
    /// The plan's extras are not those of the subscription.
    ExtrasDiffer,
    /// Still in use by plans or subscriptions.
    StillInUse,
    /// A name that must be unique is taken.
    NameTaken,
    /// Another server of the shop has this kind and configuration: the same panel twice would count traffic twice.
    ServerKnown,
    /// An unknown kind of server or gateway.
    UnknownKind,
    /// The configuration of a server or gateway is not usable.
    BadConfig {
        /// The setting.
        setting: Cow<'static, str>,
        /// A short English reason for the operator.
        reason: Cow<'static, str>,
    },
    /// A private key or seed phrase was given where only a public key belongs.
    PrivateKey,
    /// An example, placeholder or publicly known key or address.
    PlaceholderKey,
    /// The panel does not take the key.
    PanelUnauthorized,
    /// Nothing answers at the panel's address, or something that is not a panel.
    PanelUnreachable,
    /// The panel's version is not supported.
    PanelUnsupported,
    /// A callback's signature is missing or wrong.
    BadSignature,
    /// A code is wrong, used up or too old: the same answer for all.
    WrongCode,
    /// The first proof was right; the account also wants a code of its second factor.
    SecondFactorNeeded,
    /// Somebody of the staff comes into the office only with a second factor: set one up first.
    SecondFactorRequired,
    /// The account has a second factor already: take it off first.
    SecondFactorSet,
    /// The session did not prove lately who holds it: do that first.
    ProveAgain,
    /// What was proved belongs to another account.
    IdentityTaken,
    /// It is the only way into the account.
    LastIdentity,
    /// No mail can be sent: it is not set up, or the mail server does not take it.
    MailUnavailable,
    /// This shop has no Telegram bot.
    TelegramUnavailable,
    /// What Telegram is said to have signed is not what it signed, or was used before.
    BadTelegramProof,
    /// What Telegram signed is too old: open the page from Telegram again.
    TelegramProofOld,
    /// There are no passkeys here: this program was built without, or the shop's address is a bare number.
    PasskeyUnavailable,
    /// What a passkey is said to have signed is not what it was asked, came too late, or was used before.
    BadPasskey,
    /// The account has as many passkeys as it may: remove one first.
    TooManyPasskeys,
    /// There is money in the account, or on its way to it.
    WalletNotEmpty,
    /// The shop gives trials only to accounts that proved something it asks for.
    TrialNeedsIdentity,
    /// Nobody invites with this code.
    InvitationUnknown,
    /// One cannot invite oneself, nor be invited by whom one invited.
    OwnInvitation,
    /// Somebody else invited this user.
    AlreadyInvited,
    /// No gift has this code.
    GiftUnknown,
    /// Somebody else has claimed this gift.
    GiftClaimed,
    /// No coupon has this code, or not yet: the same answer for both.
    CouponUnknown,
    /// The coupon's time is over.
    CouponExpired,
    /// The coupon was used as often as it may be, by all or by this user.
    CouponUsedUp,
    /// The coupon is for other purchases, or for other customers.
    CouponNotForThis,
    /// Invitations are for new customers: this one has paid an order.
    InvitationTooLate,
    /// Commission money cannot be withdrawn from this shop, or not in this way.
    WithdrawalNotOffered,
    /// The shop sells nothing for the moment.
    Maintenance {
        /// What its operator says about it; may be empty.
        note: String,
    },
    /// This shop takes over no services that were made elsewhere.
    AdoptionOff,
    /// There is no identity of a service in what was pasted, or more than one.
    NoIdentity,
    /// No service with this identity is to be had: unknown, or somebody's already; the same answer for both.
    ServiceUnknown,
    /// Some of the servers that were to be searched do not answer.
    ServersSilent,
    /// Who wants to pay by Telegram is not known as who placed the order.
    PayerUnknown,
    /// The shop cannot deliver it for now: its supplier does not, or its credit there does not cover it.
    NotSupplied,
    /// What this is about is its supplier's to decide: the shop sells what another shop delivers.
    SupplierDecides,
    /// The price is below the least that the shop's supplier agreed to.
    BelowFloor {
        /// The least price.
        floor: Money,
    },
    /// Somebody else's engine says no in a way that this version does not know, or without all that belongs to it. Only a
    /// remote storefront says so, and what it says fits to be shown.
    Unlisted {
        /// The stable code of the other engine.
        code: String,
        /// Its sentence, in the language that was asked for.
        text: String,
    },
}
