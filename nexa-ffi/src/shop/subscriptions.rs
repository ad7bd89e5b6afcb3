//! What was bought, and using it.

use super::{Answer, Shop};
use nexa_core::storefront::model::{
    DeviceRequest, DeviceView, OwnTextView, RegionView, SubscriptionView, UsageView,
};

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// My subscriptions, newest first.
    pub async fn subscriptions(&self) -> Answer<Vec<SubscriptionView>> {
        self.told(self.desk().await?.subscriptions().await)
    }

    /// One subscription.
    pub async fn subscription(&self, subscription_id: String) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.subscription(&subscription_id).await)
    }

    /// What was used on each of the last `days` days, 1 to 90, today included; days of UTC.
    pub async fn usage(&self, subscription_id: String, days: u32) -> Answer<UsageView> {
        self.told(self.desk().await?.usage(&subscription_id, days).await)
    }

    /// A new link; the old one is dead at once.
    pub async fn reset_link(&self, subscription_id: String) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.reset_link(&subscription_id).await)
    }

    /// Whether a subscription is renewed from the wallet.
    pub async fn set_auto_renew(&self, subscription_id: String, on: bool) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.set_auto_renew(&subscription_id, on).await)
    }

    /// Gives a subscription a name of one's own, 1 to 40 characters.
    pub async fn rename_subscription(
        &self,
        subscription_id: String,
        name: String,
    ) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.rename_subscription(&subscription_id, &name).await)
    }

    /// The devices that hold a place of a subscription, oldest first.
    pub async fn devices(&self, subscription_id: String) -> Answer<Vec<DeviceView>> {
        self.told(self.desk().await?.devices(&subscription_id).await)
    }

    /// Calls a device by a name.
    pub async fn rename_device(
        &self,
        subscription_id: String,
        device_id: String,
        name: String,
    ) -> Answer<DeviceView> {
        self.told(
            self.desk().await?.rename_device(&subscription_id, &device_id, DeviceRequest { name }).await,
        )
    }

    /// Takes a device off, at most five a day.
    pub async fn remove_device(&self, subscription_id: String, device_id: String) -> Answer<()> {
        self.told(self.desk().await?.remove_device(&subscription_id, &device_id).await)
    }

    /// The countries that can take a subscription now, the present ones marked.
    pub async fn regions(&self, subscription_id: String) -> Answer<Vec<RegionView>> {
        self.told(self.desk().await?.regions(&subscription_id).await)
    }

    /// Moves a subscription to servers in this country, at most three times a day.
    pub async fn move_subscription(
        &self,
        subscription_id: String,
        region: String,
    ) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.move_subscription(&subscription_id, &region).await)
    }

    /// Takes a service over that was made elsewhere, by its link or identity.
    pub async fn adopt(&self, pasted: String) -> Answer<SubscriptionView> {
        self.told(self.desk().await?.adopt(&pasted).await)
    }

    /// What the shop says beside a subscription that was just bought; none where it says nothing.
    pub async fn purchase_note(
        &self,
        subscription_id: String,
        locale: Option<String>,
    ) -> Answer<Option<OwnTextView>> {
        self.told(self.desk().await?.purchase_note(&subscription_id, locale.as_deref()).await)
    }
}
