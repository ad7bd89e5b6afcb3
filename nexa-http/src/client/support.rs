//! Tickets.

use super::{Remote, call::Call, form::Form};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Support,
        model::{OpenTicketRequest, PageRequest, TicketPage, TicketView},
    },
};
use serde_json::json;

#[async_trait]
impl Support for Remote {
    async fn tickets(&self, page: PageRequest) -> Result<TicketPage> {
        self.view(Call::new(api::TICKETS, &[]).page(page)).await
    }
    async fn ticket(&self, ticket_id: &str) -> Result<TicketView> {
        self.view(Call::new(api::TICKET, &[ticket_id])).await
    }
    async fn open_ticket(&self, request: OpenTicketRequest, picture: Option<Vec<u8>>) -> Result<TicketView> {
        let Some(picture) = picture else {
            return self.ask(Call::new(api::OPEN_TICKET, &[]).json(&request)?).await;
        };
        let OpenTicketRequest { subject, text, subscription_id } = &request;
        let mut texts = vec![("text", text.as_str())];
        texts.extend(subject.as_deref().map(|subject| ("subject", subject)));
        texts.extend(subscription_id.as_deref().map(|id| ("subscription_id", id)));
        let form = Form::new(&self.wire.world, &picture, &texts)?;
        self.ask(Call::new(api::OPEN_TICKET_WITH_PICTURE, &[]).form(form)).await
    }
    async fn reply_ticket(
        &self,
        ticket_id: &str,
        text: &str,
        picture: Option<Vec<u8>>,
    ) -> Result<TicketView> {
        match picture {
            None => {
                self.ask(Call::new(api::REPLY_TICKET, &[ticket_id]).json(&json!({ "text": text }))?).await
            }
            Some(picture) => {
                let form = Form::new(&self.wire.world, &picture, &[("text", text)])?;
                self.ask(Call::new(api::SHOW_PICTURE, &[ticket_id]).form(form)).await
            }
        }
    }
    async fn close_ticket(&self, ticket_id: &str) -> Result<TicketView> {
        self.ask(Call::new(api::CLOSE_TICKET, &[ticket_id])).await
    }
}
