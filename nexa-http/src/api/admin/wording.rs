//! What those who run a shop write for its customers: articles, and texts in place of ours.

use super::super::{Answer, Area, Done};
use crate::{caller::SignedIn, desk::Asked, problem::Said};
use nexa_core::{
    backoffice::model::{
        ArrangeHelpRequest, ArticleRequest, HelpEntryView, OperatorArticleView, OwnTextRequest,
        PreviewRequest, PreviewView, TextPlaceView,
    },
    domain::shop::Locale,
};
use poem::Request;
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Wording;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminHelp")]
impl Wording {
    /// List help articles
    ///
    /// By slug, in the shop's order: starters, hidden or not, and what the shop wrote, published or not, with how often each
    /// helped.
    #[oai(path = "/articles", method = "get", operation_id = "adminListArticles")]
    async fn articles(&self, request: &Request, caller: SignedIn) -> Answer<Vec<HelpEntryView>> {
        let tag = Asked::of(request).locale.map_or(caller.0.shop.locale.tag(), Locale::tag);
        Ok(Json(caller.office().help_entries(tag).await?))
    }

    /// Keep a help article
    ///
    /// With an `article_id` that one is changed. A shop has at most 200, one for each slug and language.
    #[oai(path = "/articles", method = "put", operation_id = "adminSaveArticle")]
    async fn save(&self, caller: SignedIn, body: Json<ArticleRequest>) -> Answer<OperatorArticleView> {
        Ok(Json(caller.office().save_article(body.0).await?))
    }

    /// Throw a help article away
    ///
    /// A starter with its slug is shown again, unless it is hidden.
    #[oai(path = "/articles/:article_id", method = "delete", operation_id = "adminRemoveArticle")]
    async fn remove(&self, caller: SignedIn, article_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_article(&article_id.0).await?;
        Ok(Done::Done)
    }

    /// Arrange the help
    ///
    /// Moves an article one place, or hides a starter and shows it again.
    #[oai(path = "/articles/arrangement", method = "post", operation_id = "adminArrangeHelp")]
    async fn arrange(&self, caller: SignedIn, body: Json<ArrangeHelpRequest>) -> Result<Done, Said> {
        caller.office().arrange_help(body.0).await?;
        Ok(Done::Done)
    }

    /// See a text as it would be shown
    ///
    /// Nothing is kept.
    #[oai(path = "/articles/preview", method = "post", operation_id = "adminPreviewArticle")]
    async fn preview(&self, caller: SignedIn, body: Json<PreviewRequest>) -> Answer<PreviewView> {
        Ok(Json(caller.office().preview_article(&body.0.body).await?))
    }

    /// List texts of the shop's own
    ///
    /// Each in every language: what is said without it, what the shop says, and what may be left open in it.
    #[oai(path = "/texts", method = "get", operation_id = "adminListTexts")]
    async fn texts(&self, caller: SignedIn) -> Answer<Vec<TextPlaceView>> {
        Ok(Json(caller.office().own_texts().await?))
    }

    /// Write a text of the shop's own
    ///
    /// In one language; an empty text says again what we say. What is too long, or leaves open what nobody fills in, is
    /// refused as `bad_input`.
    #[oai(path = "/texts", method = "put", operation_id = "adminSetText")]
    async fn set_text(&self, caller: SignedIn, body: Json<OwnTextRequest>) -> Result<Done, Said> {
        caller.office().set_own_text(body.0).await?;
        Ok(Done::Done)
    }
}
