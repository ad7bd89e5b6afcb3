//! Devices that use a link, and what their owner does with them.

use crate::world::{Customer, Shop, days, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::LinkSettingsRequest,
    frontdesk::{DeviceGate, LinkAnswer, LinkAsk, LinkForm},
    storefront::model::{DeviceRequest, DeviceView, SubscriptionView},
};

on_every_storage!(
    as_many_devices_as_the_plan_has,
    the_last_place_goes_to_one_of_two,
    a_device_that_stays_away_frees_its_place,
    an_owner_names_and_removes_devices,
    a_new_link_forgets_the_devices,
    an_operator_counts_nobody_or_everybody,
    headers_alone_change_nothing,
);

fn of_device(hwid: &str) -> LinkAsk {
    let said =
        [("x-hwid", hwid), ("x-device-model", hwid), ("x-device-os", "Android"), ("user-agent", "Happ/3")];
    let headers = said.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    LinkAsk { headers, ..LinkAsk::of(LinkForm::Plain) }
}

async fn opens(shop: &Shop, link: &str, ask: LinkAsk) -> LinkAnswer {
    shop.door.link(link.rsplit('/').next().expect("a token"), ask).await.expect("an answer")
}

async fn come(shop: &Shop, link: &str, hwid: &str) -> DeviceGate {
    opens(shop, link, of_device(hwid)).await.device
}

async fn listed(customer: &Customer, held: &SubscriptionView) -> Vec<DeviceView> {
    customer.shop.devices(&held.subscription_id).await.expect("devices")
}

async fn counts(shop: &Shop, rule: &str) {
    let request = LinkSettingsRequest { devices: Some(rule.to_owned()), hosts: None };
    shop.operator.update_link_settings(request).await.expect("a rule");
}

async fn as_many_devices_as_the_plan_has(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    for _ in 0..2 {
        for hwid in ["phone-0001", "laptop-001"] {
            assert_eq!(come(&shop, &mine.link, hwid).await, DeviceGate::Admitted);
        }
    }
    for form in LinkForm::ALL.into_iter().filter(|form| *form != LinkForm::Page) {
        let third = opens(&shop, &mine.link, LinkAsk { form: Some(form), ..of_device("tablet-001") }).await;
        assert_eq!(third.device, DeviceGate::Full);
        let told = third.body.replace("%20", " ").replace("%3A", ":");
        assert!(told.contains("Device limit reached"), "{form:?}: {told}");
        assert!(!told.contains("Demo"), "{form:?}: no server");
    }
    assert_eq!(opens(&shop, &mine.link, LinkAsk::of(LinkForm::Plain)).await.device, DeviceGate::NotCounted);
    let page = LinkAsk { form: Some(LinkForm::Page), ..of_device("tablet-001") };
    assert_eq!(
        opens(&shop, &mine.link, page).await.device,
        DeviceGate::NotCounted,
        "people look with any device"
    );
    let names: Vec<_> = listed(&customer, &mine).await.into_iter().map(|d| d.name).collect();
    assert_eq!(names, ["phone-0001", "laptop-001"]);
}

async fn the_last_place_goes_to_one_of_two(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    assert_eq!(come(&shop, &mine.link, "phone-0001").await, DeviceGate::Admitted);
    let racers: Vec<String> = (0..8).map(|n| format!("racer-{n:04}")).collect();
    let all = racers.iter().map(|hwid| come(&shop, &mine.link, hwid));
    let given = futures::future::join_all(all).await;
    assert_eq!(given.iter().filter(|gate| **gate == DeviceGate::Admitted).count(), 1, "{given:?}");
    assert_eq!(listed(&customer, &mine).await.len(), 2);
}

async fn a_device_that_stays_away_frees_its_place(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(crate::world::dollars(10)).await;
    for _ in 0..2 {
        customer.renews(&mine, "wallet").await.expect("renewed");
        shop.works().await;
    }
    for hwid in ["phone-0001", "laptop-001"] {
        assert_eq!(come(&shop, &mine.link, hwid).await, DeviceGate::Admitted);
    }
    shop.after(days(20)).await;
    assert_eq!(come(&shop, &mine.link, "laptop-001").await, DeviceGate::Admitted);
    assert_eq!(come(&shop, &mine.link, "tablet-001").await, DeviceGate::Full);
    shop.after(days(11)).await;
    assert_eq!(come(&shop, &mine.link, "tablet-001").await, DeviceGate::Admitted);
    assert_eq!(come(&shop, &mine.link, "phone-0001").await, DeviceGate::Full);
    let names: Vec<_> = listed(&customer, &mine).await.into_iter().map(|d| d.name).collect();
    assert_eq!(names, ["laptop-001", "tablet-001"]);
}

async fn an_owner_names_and_removes_devices(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let id = mine.subscription_id.as_str();
    come(&shop, &mine.link, "phone-0001").await;
    let phone = listed(&customer, &mine).await.remove(0);
    assert_eq!((phone.os.as_deref(), phone.first_seen.ends_with(":00:00Z")), (Some("Android"), true));
    let name = |name: &str| DeviceRequest { name: name.to_owned() };
    let renamed = customer.shop.rename_device(id, &phone.device_id, name("Mum")).await.expect("renamed");
    assert_eq!(renamed.name, "Mum");
    assert_eq!(refused(customer.shop.rename_device(id, &phone.device_id, name(" ")).await), "bad_input");
    shop.after(hours(2)).await;
    come(&shop, &mine.link, "phone-0001").await;
    let seen = listed(&customer, &mine).await.remove(0);
    assert_eq!(seen.name, "Mum", "whatever the device says");
    assert!(seen.last_seen > phone.last_seen);

    let stranger = shop.customer().await;
    assert_eq!(refused(stranger.shop.remove_device(id, &phone.device_id).await), "not_found");
    for n in 0..5 {
        let device = listed(&customer, &mine).await.remove(0).device_id;
        customer.shop.remove_device(id, &device).await.expect("removed");
        assert_eq!(refused(customer.shop.remove_device(id, &device).await), "not_found");
        assert_eq!(come(&shop, &mine.link, &format!("phone-{n:04}")).await, DeviceGate::Admitted);
    }
    let device = listed(&customer, &mine).await.remove(0).device_id;
    assert_eq!(refused(customer.shop.remove_device(id, &device).await), "too_many_removals");
    shop.after(hours(24)).await;
    shop.after(minutes(1)).await;
    customer.shop.remove_device(id, &device).await.expect("a new day");
}

async fn a_new_link_forgets_the_devices(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    for hwid in ["phone-0001", "laptop-001"] {
        come(&shop, &mine.link, hwid).await;
    }
    let fresh = customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    shop.works().await;
    assert_eq!(listed(&customer, &mine).await, []);
    assert_eq!(come(&shop, &fresh.link, "tablet-001").await, DeviceGate::Admitted);
}

async fn an_operator_counts_nobody_or_everybody(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    counts(&shop, "off").await;
    for hwid in ["phone-0001", "laptop-001", "tablet-001"] {
        assert_eq!(come(&shop, &mine.link, hwid).await, DeviceGate::NotCounted);
    }
    counts(&shop, "require").await;
    for odd in ["", "short", "12345678\u{7}"] {
        let answer = opens(&shop, &mine.link, of_device(odd)).await;
        assert_eq!(answer.device, DeviceGate::Missing);
        assert!(
            answer.body.contains("does%20not%20name") && !answer.body.contains("Demo"),
            "{}",
            answer.body
        );
    }
    assert_eq!(come(&shop, &mine.link, "phone-0001").await, DeviceGate::Admitted);
    let wrong = LinkSettingsRequest { devices: Some("sometimes".to_owned()), hosts: None };
    assert_eq!(refused(shop.operator.update_link_settings(wrong).await), "bad_input");
}

async fn headers_alone_change_nothing(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let ask = LinkAsk { only_headers: true, form: Some(LinkForm::SingBox), ..of_device("phone-0001") };
    let answer = opens(&shop, &mine.link, ask).await;
    assert_eq!((answer.device, answer.body.as_str()), (DeviceGate::Admitted, ""));
    assert_eq!(listed(&customer, &mine).await, []);
    let entry = shop.server("frankfurt").entry().id;
    let mut read = shop.storage.read().await.expect("storage");
    let server = read.servers(shop.id).await.expect("servers").remove(0).id;
    let kept = read.document(server, entry, nexa_core::domain::link::Format::SingBox).await.expect("storage");
    assert!(kept.is_none(), "no panel was asked");
}
