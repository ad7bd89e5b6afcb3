//! What the shop explains, and what customers ask it.

use super::{Answer, Shop};
use nexa_core::storefront::model::{
    ArticleEntryView, ArticleView, OpenTicketRequest, OwnTextView, PageRequest, TicketPage, TicketView,
};

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// The articles, or those that answer a question, at most 100 letters of it.
    pub async fn articles(
        &self,
        question: Option<String>,
        locale: Option<String>,
    ) -> Answer<Vec<ArticleEntryView>> {
        self.told(self.desk().await?.articles(question.as_deref(), locale.as_deref()).await)
    }

    /// One of them.
    pub async fn article(&self, slug: String, locale: Option<String>) -> Answer<ArticleView> {
        self.told(self.desk().await?.article(&slug, locale.as_deref()).await)
    }

    /// Says whether an article helped; whether it counted.
    pub async fn judge_article(&self, slug: String, helped: bool) -> Answer<bool> {
        self.told(self.desk().await?.judge_article(&slug, helped).await)
    }

    /// A text of the shop's own: `welcome`, `help`, `sign_up`, `footer`, `terms`, `privacy` or `refunds`.
    pub async fn own_text(&self, key: String, locale: Option<String>) -> Answer<Option<OwnTextView>> {
        self.told(self.desk().await?.own_text(&key, locale.as_deref()).await)
    }

    /// My tickets, newest first.
    pub async fn tickets(&self, page: PageRequest) -> Answer<TicketPage> {
        self.told(self.desk().await?.tickets(page).await)
    }

    /// One ticket with what was said, oldest first.
    pub async fn ticket(&self, ticket_id: String) -> Answer<TicketView> {
        self.told(self.desk().await?.ticket(&ticket_id).await)
    }

    /// Asks the shop something; with a picture (JPEG, PNG or WebP, at most 5 MiB) the text may be empty.
    pub async fn open_ticket(
        &self,
        request: OpenTicketRequest,
        picture: Option<Vec<u8>>,
    ) -> Answer<TicketView> {
        self.told(self.desk().await?.open_ticket(request, picture).await)
    }

    /// Says more.
    pub async fn reply_ticket(
        &self,
        ticket_id: String,
        text: String,
        picture: Option<Vec<u8>>,
    ) -> Answer<TicketView> {
        self.told(self.desk().await?.reply_ticket(&ticket_id, &text, picture).await)
    }

    /// I need no more.
    pub async fn close_ticket(&self, ticket_id: String) -> Answer<TicketView> {
        self.told(self.desk().await?.close_ticket(&ticket_id).await)
    }
}
