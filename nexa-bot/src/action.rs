//! Every button, as it travels: at most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton).
//!
//! A button names things by their ids and holds no price, no right and no owner. Whoever presses it acts for
//! themselves: the core answers `not_found` for what belongs to somebody else, so a button that came into other hands
//! opens nothing.

mod name;
mod piece;
mod segment;
#[cfg(test)]
mod tests;

pub use name::{Code, Slug};
pub use piece::Piece;
pub use segment::{Part, Segment};

use nexa_core::{
    domain::shop::Locale,
    ids::{GatewayId, OrderId, PackId, PaymentId, PlanId, SubscriptionId, TicketId},
};
use uuid::Uuid;

/// The most bytes that Telegram carries for a button.
pub const MOST_BYTES: usize = 64;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $(($($piece:ident: $kind:ty),+))? = $code:literal,)+) => {
        /// What a button does.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Action { $($(#[$doc])* $name $(($($kind),+))?,)+ }

        impl Action {
            /// As it travels.
            #[must_use]
            pub fn encode(&self) -> String {
                match self {
                    $(Self::$name $(($($piece),+))? => [$code.to_owned() $($(, $piece.write())+)?].join(":"),)+
                }
            }

            /// As it came; none for buttons of older versions and for forgeries.
            #[must_use]
            pub fn decode(text: &str) -> Option<Self> {
                let mut parts = text.split(':');
                let action = match parts.next()? {
                    $($code => Self::$name $(($(<$kind>::read(parts.next()?)?),+))?,)+
                    _ => return None,
                };
                parts.next().is_none().then_some(action)
            }
        }
    };
}

actions! {
    /// The home card.
    Home = "h",
    /// Which language?
    Languages = "lg",
    /// This language.
    SetLanguage(locale: Locale) = "sl",
    /// The terms are accepted.
    AcceptTerms = "at",
    /// "I have joined."
    Joined = "jo",
    /// What is on sale.
    Plans = "ps",
    /// One plan: which place, then what it costs.
    Plan(plan: PlanId) = "pl",
    /// A plan in a place.
    PlanIn(plan: PlanId, region: Region) = "pr",
    /// Pays what the cart holds.
    Checkout(cart: u32, method: Method) = "co",
    /// Orders what the cart holds, to be paid once the wallet holds enough.
    Keep(cart: u32) = "ck",
    /// What is the code of the coupon for the cart?
    EnterCoupon = "ce",
    /// Buys what is in the cart without one.
    DropCoupon = "cd",
    /// What is on sale, with this coupon.
    BuyWith(coupon: Code) = "bw",
    /// The free trial.
    Trial = "tr",
    /// Brings a service along: which?
    Adopt = "ad",
    /// The own subscriptions.
    Subscriptions = "ss",
    /// One of them.
    Subscription(subscription: SubscriptionId) = "su",
    /// Its link, as text and as a picture.
    Link(subscription: SubscriptionId) = "li",
    /// How it is set up on a device.
    Connect(subscription: SubscriptionId) = "cn",
    /// The same on one kind of device.
    ConnectOn(subscription: SubscriptionId, platform: Platform) = "cp",
    /// What renewing it costs.
    Renew(subscription: SubscriptionId) = "rn",
    /// Plans that it may change to.
    Changes(subscription: SubscriptionId) = "cs",
    /// What the change to one of them costs.
    Change(subscription: SubscriptionId, plan: PlanId) = "ch",
    /// What can be added to it.
    Packs(subscription: SubscriptionId) = "pk",
    /// What one of these costs.
    Pack(subscription: SubscriptionId, pack: PackId) = "pa",
    /// Its devices.
    Devices(subscription: SubscriptionId) = "ds",
    /// Takes one off.
    RemoveDevice(subscription: SubscriptionId, device: Bare) = "dr",
    /// What was used of it.
    Usage(subscription: SubscriptionId) = "us",
    /// Whether it is renewed from the wallet.
    AutoRenew(subscription: SubscriptionId, on: bool) = "ar",
    /// What a new link means.
    ResetLink(subscription: SubscriptionId) = "rl",
    /// A new link in place of the one with this mark, surely.
    ResetLinkNow(subscription: SubscriptionId, mark: u32) = "rx",
    /// Which country shall it move to?
    Moves(subscription: SubscriptionId) = "mv",
    /// This one.
    MoveTo(subscription: SubscriptionId, region: Region) = "mt",
    /// Another name for it.
    Rename(subscription: SubscriptionId) = "nm",
    /// The own orders.
    Orders = "os",
    /// One of them.
    Order(order: OrderId) = "or",
    /// Other ways to pay it.
    Methods(order: OrderId) = "om",
    /// Pays it so.
    Pay(order: OrderId, method: Method) = "op",
    /// Gives it up.
    CancelOrder(order: OrderId) = "oc",
    /// Hands in a receipt.
    SendReceipt(order: OrderId, payment: PaymentId) = "rc",
    /// The wallet.
    Wallet = "wa",
    /// How much to put into it.
    TopUp = "tu",
    /// So much, in minor units of the shop's currency.
    TopUpBy(minor: i64) = "tb",
    /// Language, messages, the account.
    Settings = "se",
    /// Which messages come.
    Preferences = "mp",
    /// Whether one kind of them comes.
    Hear(matter: Matter, on: bool) = "mh",
    /// Whether the night is quiet.
    Quiet(on: bool) = "mq",
    /// The own invitation.
    Invite = "iv",
    /// Questions to the shop.
    Tickets = "ts",
    /// One of them.
    Ticket(ticket: TicketId) = "ti",
    /// A new one.
    Ask = "ta",
    /// More to one of them.
    Say(ticket: TicketId) = "tm",
    /// Nothing more is to be said.
    CloseTicket(ticket: TicketId) = "tc",
    /// Gifts that were bought.
    Gifts = "gs",
    /// Buys a plan for somebody else: which?
    GiftPlans = "gp",
    /// This one.
    GiftPlan(plan: PlanId) = "gl",
    /// Takes a gift back.
    TakeBack(order: OrderId) = "gb",
    /// Takes a gift that somebody gave: a new subscription.
    Claim(gift: Tag) = "gc",
    /// The same for a subscription that is there.
    ClaimFor(gift: Tag, subscription: SubscriptionId) = "gf",
    /// Where help is.
    Help = "hp",
    /// What the shop explains.
    Topics = "ht",
    /// Of one kind.
    TopicsOn(about: About) = "hk",
    /// One article.
    Article(article: Slug) = "ha",
    /// Whether it helped.
    Judge(article: Slug, helped: bool) = "hj",
    /// The operators' card.
    Office = "O",
    /// Where alerts go.
    Alerts = "Al",
    /// They go to the place that was chosen, or to this chat.
    AlertsTo(chosen: bool) = "Ah",
    /// Those of one kind go to the thread that was chosen, or to the chat itself.
    AlertThread(kind: Alert, on: bool) = "Ap",
    /// They go nowhere.
    NoAlerts = "An",
    /// What was sold today.
    Sales = "Oy",
    /// Whether customers can buy nothing.
    Maintenance(on: bool) = "Om",
    /// Which plan shall a user get?
    GivePlans(user: Bare) = "Og",
    /// This one: why?
    Give(user: Bare, plan: PlanId) = "Ow",
    /// How many days more?
    Extend(subscription: SubscriptionId) = "Ot",
    /// So many: why?
    ExtendBy(subscription: SubscriptionId, days: u32) = "Od",
    /// Questions that wait for an answer.
    OfficeTickets = "Oq",
    /// One of them.
    OfficeTicket(ticket: TicketId) = "Oi",
    /// Closes it.
    OfficeCloseTicket(ticket: TicketId) = "Oc",
    /// Messages to many.
    Broadcasts = "Ol",
    /// Which plan do they have, or which group of servers, or which language?
    WhichOf(part: Part) = "Ov",
    /// A new one: what shall they read?
    WriteTo(segment: Segment) = "On",
    /// One of them.
    Broadcast(broadcast: Bare) = "Oj",
    /// Sends it.
    SendBroadcast(broadcast: Bare) = "Oh",
    /// Sends nothing more of it.
    StopBroadcast(broadcast: Bare) = "Ok",
    /// Sends it again to those for whom it failed.
    ResendBroadcast(broadcast: Bare) = "Op",
    /// Receipts that wait.
    Receipts = "Or",
    /// One of them.
    Receipt(receipt: Bare) = "Oe",
    /// The asked amount is there.
    AcceptReceipt(receipt: Bare) = "Oa",
    /// Another amount is there: which?
    AcceptOther(receipt: Bare) = "Oo",
    /// It is not.
    RejectReceipt(receipt: Bare, reason: Reason) = "Ox",
    /// Finds a user: whom?
    FindUser = "Of",
    /// One user.
    User(user: Bare) = "Ou",
    /// Blocks or lets in.
    Block(user: Bare, on: bool) = "Ob",
    /// Stops a subscription or lets it go on.
    Suspend(subscription: SubscriptionId, on: bool) = "Os",
}

/// How something is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// From the wallet.
    Wallet,
    /// Through a gateway, which is asked for what the wallet lacks.
    Gateway(GatewayId),
}

impl Method {
    /// As the core names it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Wallet => "wallet".to_owned(),
            Self::Gateway(id) => id.to_string(),
        }
    }
}

/// A country of servers, ISO 3166-1 alpha-2; none for whichever is best.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region(pub Option<String>);

/// A kind of device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Platform {
    /// Android.
    Android,
    /// iPhone and iPad.
    Ios,
    /// Windows.
    Windows,
    /// Mac.
    Macos,
    /// Linux.
    Linux,
}

impl Platform {
    /// Every kind, the commonest first.
    pub const ALL: [Self; 5] = [Self::Android, Self::Ios, Self::Windows, Self::Macos, Self::Linux];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Windows => "windows",
            Self::Macos => "macos",
            Self::Linux => "linux",
        }
    }
}

/// Why a receipt is rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The money did not arrive.
    NotReceived,
    /// The picture cannot be read.
    Unreadable,
    /// It was handed in before.
    UsedBefore,
    /// It looks forged.
    Forged,
}

/// The beginning of a gift's code: enough to tell the gifts of one customer apart, and nothing to claim with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag(String);

impl Tag {
    /// Of a code.
    #[must_use]
    pub fn of(code: &str) -> Self {
        Self(code.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>().to_lowercase())
    }
}

/// What articles are about, as the core names it.
pub type About = nexa_core::domain::article::Category;

/// A kind of alert, as the core names it.
pub type Alert = nexa_core::domain::alert::AlertKind;

/// A kind of message that one may do without.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Matter {
    /// What will soon be over.
    Reminders,
    /// Offers, and what the shop tells everybody.
    News,
    /// Answers to questions.
    Support,
    /// All of these by e-mail.
    Mail,
}

/// An id of something that the core names only in its views.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bare(pub Uuid);

impl Bare {
    /// From a view's id.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Uuid::parse_str(id).ok().map(Self)
    }
}

impl std::fmt::Display for Bare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
