//! Devices at the link: who is served, and what the customer does with them.

use super::book::Decided;
use crate::{
    domain::{
        device::{
            Admission, Claim, Device, DeviceRule, MOST_REMOVALS, REMOVALS_WITHIN, admit, holds_place, hour,
        },
        link::rules::Form,
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        time::{after, seconds_until},
        user::{Principal, Scope},
    },
    engine::{Core, beside::Tries},
    error::Result,
    frontdesk::{DeviceGate, LinkAsk},
    ids::{DeviceId, SubscriptionId},
    ports::storage::{Read, Tx},
    secret::{Fingerprint, Purpose},
};

/// Whether a client is served as far as devices go. A new device that fits is written down before it is served.
pub(super) async fn gate(
    core: &Core,
    read: &mut dyn Read,
    (of, decided): (&Subscription, &Decided),
    form: Form,
    ask: &LinkAsk,
) -> Result<DeviceGate> {
    let rule = decided.settings.devices;
    if rule == DeviceRule::Off || form == Form::Page || of.state != SubscriptionState::Active {
        return Ok(DeviceGate::NotCounted);
    }
    let Some(claim) = Claim::read(&ask.headers) else {
        let required = rule == DeviceRule::Require;
        return Ok(if required { DeviceGate::Missing } else { DeviceGate::NotCounted });
    };
    let lookup = core.keys.fingerprint(Purpose::Device, &format!("{}|{}", of.id, claim.hwid));
    let devices = read.devices(of.shop_id, of.id).await?;
    match admit(&devices, &lookup, of.devices, core.world.now()) {
        Admission::Known => Ok(DeviceGate::Admitted),
        Admission::Full => Ok(DeviceGate::Full),
        Admission::Seen(_) | Admission::New if ask.only_headers => Ok(DeviceGate::Admitted),
        Admission::Seen(_) | Admission::New => enrol(core, of, claim, lookup).await,
    }
}

/// Decides again with the subscription held, so that of two new devices at once only one gets the last place. Devices
/// that lost theirs are forgotten.
async fn enrol(core: &Core, of: &Subscription, claim: Claim, lookup: Fingerprint) -> Result<DeviceGate> {
    let mut tries = Tries::beside(core);
    loop {
        match write_device(core, tries.begin().await?, of, &claim, &lookup).await {
            Err(error) => tries.again(error).await?,
            done => return done,
        }
    }
}

async fn write_device(
    core: &Core,
    mut tx: Box<dyn Tx>,
    of: &Subscription,
    claim: &Claim,
    lookup: &Fingerprint,
) -> Result<DeviceGate> {
    let now = core.world.now();
    let held = tx.lock_subscription(of.shop_id, of.id).await?.ok_or(Refusal::NotFound)?;
    let devices = tx.devices(of.shop_id, of.id).await?;
    let device = match admit(&devices, lookup, held.devices, now) {
        Admission::Known => return Ok(DeviceGate::Admitted),
        Admission::Full => return Ok(DeviceGate::Full),
        Admission::Seen(device) => described(device, claim.clone()),
        Admission::New => Device {
            id: core.world.id(),
            shop_id: of.shop_id,
            subscription_id: of.id,
            lookup: lookup.clone(),
            name: claim.name.clone(),
            renamed: false,
            os: claim.os.clone(),
            first_seen: hour(now),
            last_seen: hour(now),
        },
    };
    for old in devices.iter().filter(|d| d.id != device.id && !holds_place(d, now)) {
        tx.delete_device(of.shop_id, of.id, old.id).await?;
    }
    tx.save_device(&device).await?;
    core.commit(tx).await?;
    Ok(DeviceGate::Admitted)
}

/// What the device says of itself now; a name that its owner chose stays.
fn described(device: Device, claim: Claim) -> Device {
    let name = if device.renamed { device.name } else { claim.name };
    Device { name, os: claim.os.or(device.os), ..device }
}

/// The devices that hold a place of one's own subscription, oldest first.
pub(crate) async fn devices(core: &Core, who: &Principal, id: SubscriptionId) -> Result<Vec<Device>> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let held = read.subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    let now = core.world.now();
    let all = read.devices(held.shop_id, held.id).await?;
    Ok(all.into_iter().filter(|device| holds_place(device, now)).collect())
}

/// Calls a device by a name of its owner's choice.
pub(crate) async fn rename_device(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    device: DeviceId,
    name: &str,
) -> Result<Device> {
    let user = who.with(Scope::Buy)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    let devices = tx.devices(held.shop_id, held.id).await?;
    let found = devices.into_iter().find(|d| d.id == device).ok_or(Refusal::NotFound)?;
    let called = found.called(name)?;
    tx.save_device(&called).await?;
    core.commit(tx).await?;
    Ok(called)
}

/// Takes a device off, so that another has its place. It comes back as a new one when it asks again and there is room.
pub(crate) async fn remove_device(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
    device: DeviceId,
) -> Result<()> {
    let user = who.with(Scope::Buy)?;
    let now = core.world.now();
    let since = after(now, -REMOVALS_WITHIN);
    let mut tx = core.begin().await?;
    let held = tx.lock_subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    let devices = tx.devices(held.shop_id, held.id).await?;
    if !devices.iter().any(|d| d.id == device) {
        return Err(Refusal::NotFound.into());
    }
    let (count, first) = tx.device_removals(held.shop_id, held.id, since).await?;
    if count >= MOST_REMOVALS {
        let wait_seconds = seconds_until(after(first.unwrap_or(now), REMOVALS_WITHIN), now);
        return Err(Refusal::TooManyRemovals { wait_seconds }.into());
    }
    tx.delete_device(held.shop_id, held.id, device).await?;
    tx.note_device_removal(held.shop_id, held.id, now, since).await?;
    Ok(core.commit(tx).await?)
}
