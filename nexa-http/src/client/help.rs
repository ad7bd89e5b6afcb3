//! What the shop explains.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    domain::{refusal::Refusal, wording::TextKey},
    error::{Error, Result},
    storefront::{
        Help,
        model::{
            ArticleEntryView, ArticleView, JudgeArticleRequest, JudgedView, OwnTextView, PurchaseNoteView,
        },
    },
};

#[async_trait]
impl Help for Remote {
    async fn articles(&self, question: Option<&str>, locale: Option<&str>) -> Result<Vec<ArticleEntryView>> {
        self.view(Call::new(api::ARTICLES, &[]).with("q", question).with("lang", locale)).await
    }
    async fn article(&self, slug: &str, locale: Option<&str>) -> Result<ArticleView> {
        self.view(Call::new(api::ARTICLE, &[slug]).with("lang", locale)).await
    }
    async fn judge_article(&self, slug: &str, helped: bool) -> Result<bool> {
        let judged = Call::new(api::JUDGE_ARTICLE, &[slug]).json(&JudgeArticleRequest { helped })?;
        self.ask::<JudgedView>(judged).await.map(|judged| judged.counted)
    }
    async fn own_text(&self, key: &str, locale: Option<&str>) -> Result<Option<OwnTextView>> {
        // Over HTTP a text that is not there is missing like one that cannot be there.
        match self.view(Call::new(api::OWN_TEXT, &[key]).with("lang", locale)).await {
            Err(Error::Refused(Refusal::NotFound)) if TextKey::shown(key).is_ok() => Ok(None),
            told => told.map(Some),
        }
    }
    async fn purchase_note(
        &self,
        subscription_id: &str,
        locale: Option<&str>,
    ) -> Result<Option<OwnTextView>> {
        let call = Call::new(api::PURCHASE_NOTE, &[subscription_id]).with("lang", locale);
        self.view::<PurchaseNoteView>(call).await.map(|told| told.note)
    }
}
