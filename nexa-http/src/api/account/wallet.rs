//! Wallet, notices and the browsers that show them.

use super::super::{Answer, Area, Done, page};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::{
    NoticePage, NoticePreferencesRequest, NoticePreferencesView, PushKeyView, PushOffRequest, PushRequest,
    WalletView,
};
use poem_openapi::{OpenApi, param::Query, payload::Json};

/// See the module.
pub struct Account;

#[OpenApi(tag = "Area::Account")]
impl Account {
    /// See my wallet
    ///
    /// The balance and its history, newest first.
    #[oai(path = "/wallet", method = "get", operation_id = "wallet")]
    async fn wallet(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<WalletView> {
        Ok(Json(caller.store().wallet(page(cursor.0, limit.0)).await?))
    }

    /// Read what was told to me
    ///
    /// Newest first, in my language.
    #[oai(path = "/notices", method = "get", operation_id = "listNotices")]
    async fn notices(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<NoticePage> {
        Ok(Json(caller.store().notices(page(cursor.0, limit.0)).await?))
    }

    /// See what I want to hear
    ///
    /// Messages about payments and subscriptions always come; these are the optional ones, and the quiet hours. Whatever
    /// stands here, `GET /v1/notices` has everything at once.
    #[oai(path = "/notices/preferences", method = "get", operation_id = "noticePreferences")]
    async fn preferences(&self, caller: SignedIn) -> Answer<NoticePreferencesView> {
        Ok(Json(caller.store().notice_preferences().await?))
    }

    /// Change what I want to hear
    ///
    /// What is left out stays. In quiet hours optional messages to browsers and messengers wait for their end. Times that
    /// are no times, one of the two alone, and unknown zones are refused as `bad_input`.
    #[oai(path = "/notices/preferences", method = "patch", operation_id = "setNoticePreferences")]
    async fn set_preferences(
        &self,
        caller: SignedIn,
        body: Json<NoticePreferencesRequest>,
    ) -> Answer<NoticePreferencesView> {
        Ok(Json(caller.store().set_notice_preferences(body.0).await?))
    }

    /// Get the key that browsers subscribe with
    ///
    /// The `applicationServerKey` of `PushManager.subscribe()`; null where no messages are sent to browsers.
    #[oai(path = "/push", method = "get", operation_id = "pushKey")]
    async fn push_key(&self, caller: SignedIn) -> Answer<PushKeyView> {
        Ok(Json(caller.store().push_key().await?))
    }

    /// Send my messages to a browser
    ///
    /// Also to this one, as long as this session lasts, and to nobody else's account any more. Of more than ten browsers the oldest goes. Addresses of
    /// unknown push services are refused as `bad_input`.
    #[oai(path = "/push/browsers", method = "put", operation_id = "pushOn")]
    async fn push_on(&self, caller: SignedIn, body: Json<PushRequest>) -> Result<Done, Said> {
        caller.store().push_on(body.0).await?;
        Ok(Done::Done)
    }

    /// Send no more messages to a browser
    ///
    /// Harmless where it gets none.
    #[oai(path = "/push/browsers/remove", method = "post", operation_id = "pushOff")]
    async fn push_off(&self, caller: SignedIn, body: Json<PushOffRequest>) -> Result<Done, Said> {
        caller.store().push_off(&body.0.endpoint).await?;
        Ok(Done::Done)
    }
}
