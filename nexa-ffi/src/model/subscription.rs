//! A subscription as its owner sees it.

use nexa_core::storefront::model::{
    DeviceView, ForwardView, GuideView, MoneyView, ServerView, SubscriptionView,
};

/// The right to use.
#[uniffi::remote(Record)]
pub struct SubscriptionView {
    /// Its id.
    pub subscription_id: String,
    /// What its owner calls it, if it was given a name.
    pub name: Option<String>,
    /// The plan bought last.
    pub plan_id: String,
    /// Its name.
    pub plan_name: String,
    /// `pending`, `active`, `exhausted`, `ended`, `suspended`, `frozen` or `revoked`.
    pub state: String,
    /// Whether what was paid for is over or used up, and it still works for a little, so that it can be renewed: until
    /// `ends_at`, and for `remaining_bytes`.
    pub in_grace: bool,
    /// Since when.
    pub starts_at: String,
    /// Until when.
    pub ends_at: String,
    /// Whole days left, rounded up.
    pub days_left: u32,
    /// Traffic allowed in bytes.
    pub limit_bytes: u64,
    /// Traffic used in bytes.
    pub used_bytes: u64,
    /// Traffic left in bytes.
    pub remaining_bytes: u64,
    /// Devices at the same time.
    pub devices: u32,
    /// Since when the current period runs: the last purchase, renewal or change of plan.
    pub period_starts_at: String,
    /// What was paid for the current period, what was left of the one before included. Packs do not count.
    pub paid_price: MoneyView,
    /// The part of `limit_bytes` that packs added; it ends with the period.
    pub pack_bytes: u64,
    /// The part of `devices` that packs added; it ends with the period.
    pub pack_devices: u32,
    /// Whether it is renewed from the wallet when its time is over.
    pub auto_renew: bool,
    /// Whether its own plan renews it now.
    pub can_renew: bool,
    /// What it has beyond that: `dedicated_ip`, `multi_hop`, `port_forward`. Only a plan with the same renews it.
    pub extras: Vec<String>,
    /// The one link that client apps import. A secret: whoever has it can use the subscription.
    pub link: String,
    /// All addresses of that link, it first: the others are for when it does not open. Secrets as well.
    pub links: Vec<String>,
    /// Where it is served.
    pub servers: Vec<ServerView>,
}

/// A device that used a subscription's link.
#[uniffi::remote(Record)]
pub struct DeviceView {
    /// Its id.
    pub device_id: String,
    /// Its model, else the app's name, else what its owner calls it.
    pub name: String,
    /// Its operating system, as it says itself.
    pub os: Option<String>,
    /// When it first came, in whole hours.
    pub first_seen: String,
    /// When it last came, in whole hours. After 30 days its place is free.
    pub last_seen: String,
}

/// A public page by which somebody else sets up a device.
#[uniffi::remote(Record)]
pub struct GuideView {
    /// Its address. Whoever has it sees the subscription's link, and nothing of the account.
    pub link: String,
    /// Until when it can be opened; a link reset ends it at once.
    pub expires_at: String,
}

/// A server as a customer sees it.
#[uniffi::remote(Record)]
pub struct ServerView {
    /// Its name.
    pub name: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub region: Option<String>,
    /// Whether it answered lately.
    pub up: bool,
    /// The address of one's own that traffic leaves from. Only where a single subscription is shown, as `forward`.
    pub outgoing: Option<String>,
    /// How to open ports of the server.
    pub forward: Option<ForwardView>,
}

/// How to open ports of a server: `ssh -N -R PORT:localhost:80 user@host -p port` with this password makes `PORT` of
/// the server reach port 80 of the own device.
#[uniffi::remote(Record)]
pub struct ForwardView {
    /// The SSH server's host name or address.
    pub host: String,
    /// The SSH server's port.
    pub port: u16,
    /// The user to sign in as.
    pub user: String,
    /// Its password. A secret.
    pub password: String,
    /// The first port that may be opened.
    pub first_port: u16,
    /// The last port that may be opened.
    pub last_port: u16,
}
