//! The one link of a subscription, its QR code, and how far its servers are.

use super::{Answer, Shop};
use crate::probe::Probe;
use nexa_core::{frontdesk::LinkForm, storefront::model::QrFormat};
use std::sync::Arc;

/// What a link can give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, uniffi::Enum)]
pub enum LinkFormat {
    /// Share links in base64, as most apps import them.
    Base64,
    /// Share links, one a line.
    Plain,
    /// A sing-box configuration, JSON.
    SingBox,
    /// A Clash Meta (mihomo) configuration, YAML.
    Clash,
    /// Shadowsocks servers, JSON (SIP008).
    Sip008,
    /// Xray configurations, JSON.
    Xray,
    /// A configuration of WireGuard.
    WireGuard,
}

impl From<LinkFormat> for LinkForm {
    fn from(format: LinkFormat) -> Self {
        match format {
            LinkFormat::Base64 => Self::Base64,
            LinkFormat::Plain => Self::Plain,
            LinkFormat::SingBox => Self::SingBox,
            LinkFormat::Clash => Self::Clash,
            LinkFormat::Sip008 => Self::Sip008,
            LinkFormat::Xray => Self::Xray,
            LinkFormat::WireGuard => Self::WireGuard,
        }
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// What a subscription's link gives in this format. Everything in it is secret.
    pub async fn link_document(&self, subscription_id: String, format: LinkFormat) -> Answer<String> {
        let held = self.subscription(subscription_id).await?;
        self.told(self.counter.document(&held.links, format.into()).await)
    }

    /// The link as the bytes of a PNG with its QR code.
    pub async fn link_qr_png(&self, subscription_id: String) -> Answer<Vec<u8>> {
        self.told(self.desk().await?.link_qr(&subscription_id, QrFormat::Png).await)
    }

    /// The link as the text of an SVG with its QR code.
    pub async fn link_qr_svg(&self, subscription_id: String) -> Answer<String> {
        let drawn = self.told(self.desk().await?.link_qr(&subscription_id, QrFormat::Svg).await)?;
        Ok(String::from_utf8_lossy(&drawn).into_owned())
    }

    /// A public page, good for seven days, by which somebody else sets up a device with this subscription.
    pub async fn guide_link(
        &self,
        subscription_id: String,
    ) -> Answer<nexa_core::storefront::model::GuideView> {
        self.told(self.desk().await?.guide_link(&subscription_id).await)
    }

    /// Measures how far the servers of a subscription are from this device.
    #[must_use]
    pub fn probe_servers(self: Arc<Self>, subscription_id: String) -> Arc<Probe> {
        Arc::new(Probe::new(self, subscription_id))
    }
}
