//! What the shop explains, and says in its own words.

use super::{Answer, Area};
use crate::{
    caller::{Anybody, SignedIn},
    desk::Asked,
};
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{
        ArticleEntryView, ArticleView, JudgeArticleRequest, JudgedView, OwnTextView, PurchaseNoteView,
    },
};
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};

pub struct Help;

/// The language that an address or a header names.
fn wished(request: &Request) -> Option<&'static str> {
    Asked::of(request).locale.map(nexa_core::domain::shop::Locale::tag)
}

#[OpenApi(tag = "Area::Help")]
impl Help {
    /// List help articles
    ///
    /// By category, in the shop's order; with `q` those that answer it, the best first. In the language of `lang` or
    /// `Accept-Language`; what there is not in it is told in the shop's.
    #[oai(path = "/articles", method = "get", operation_id = "listArticles")]
    async fn articles(
        &self,
        request: &Request,
        caller: Anybody,
        /// Words to look for; 100 letters and eight words of them count.
        q: Query<Option<String>>,
    ) -> Answer<Vec<ArticleEntryView>> {
        let question = q.0.filter(|words| !words.trim().is_empty());
        Ok(Json(caller.0.store().articles(question.as_deref(), wished(request)).await?))
    }

    /// See a help article
    ///
    /// In the caller's language, else in the shop's.
    #[oai(path = "/articles/:slug", method = "get", operation_id = "getArticle")]
    async fn article(&self, request: &Request, caller: Anybody, slug: Path<String>) -> Answer<ArticleView> {
        Ok(Json(caller.0.store().article(&slug.0, wished(request)).await?))
    }

    /// Say whether an article helped
    ///
    /// Counted once for each article; who said it is not kept, and saying it again changes nothing: `counted` is false then.
    #[oai(path = "/articles/:slug/votes", method = "post", operation_id = "judgeArticle")]
    async fn judge(
        &self,
        caller: SignedIn,
        slug: Path<String>,
        body: Json<JudgeArticleRequest>,
    ) -> Answer<JudgedView> {
        Ok(Json(JudgedView { counted: caller.store().judge_article(&slug.0, body.0.helped).await? }))
    }

    /// See a text of the shop's own
    ///
    /// `terms`, `privacy`, `refunds`, `sign_up`, `footer`, `welcome` or `help`. `not_found` where the shop says nothing of its
    /// own.
    #[oai(path = "/texts/:key", method = "get", operation_id = "getText")]
    async fn text(&self, request: &Request, caller: Anybody, key: Path<String>) -> Answer<OwnTextView> {
        let told = caller.0.store().own_text(&key.0, wished(request)).await?;
        Ok(Json(told.ok_or(Refusal::NotFound)?))
    }

    /// See what the shop says beside a purchase
    ///
    /// In its own words, for a subscription that was just bought; none where it says nothing.
    #[oai(path = "/subscriptions/:subscription_id/note", method = "get", operation_id = "getPurchaseNote")]
    async fn note(
        &self,
        request: &Request,
        caller: SignedIn,
        subscription_id: Path<String>,
    ) -> Answer<PurchaseNoteView> {
        let note = caller.store().purchase_note(&subscription_id.0, wished(request)).await?;
        Ok(Json(PurchaseNoteView { note }))
    }
}
