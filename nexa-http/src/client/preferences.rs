//! What its reader wants to hear.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Preferences,
        model::{NoticePreferencesRequest, NoticePreferencesView},
    },
};

#[async_trait]
impl Preferences for Remote {
    async fn notice_preferences(&self) -> Result<NoticePreferencesView> {
        self.view(Call::new(api::PREFERENCES, &[])).await
    }
    async fn set_notice_preferences(
        &self,
        request: NoticePreferencesRequest,
    ) -> Result<NoticePreferencesView> {
        self.ask(Call::new(api::SET_PREFERENCES, &[]).json(&request)?).await
    }
}
