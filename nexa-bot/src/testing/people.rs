//! What people do, as Telegram tells it to the bot.

use super::{
    html::Text,
    keys::Does,
    stars::{Checkout, Invoice},
    state::{Media, Message, State, Tap},
};
use serde_json::json;
use tokio::time::Instant;

impl State {
    /// Somebody sends a message into a chat; gives its number.
    pub(super) fn says(&mut self, by: i64, chat: i64, text: &str, media: Option<Media>) -> i64 {
        let text = Text { plain: text.to_owned(), marked: text.to_owned() };
        let id = self.next();
        let message = Message { id, from: by, by_bot: false, foreign: false, text, media, rows: Vec::new() };
        let mut written = self.written(chat, &message);
        if let Some(thread) = self.chat(chat).thread {
            written["message_thread_id"] = json!(thread);
            written["is_topic_message"] = json!(true);
        }
        if message.text.plain.starts_with('/') {
            let length = message.text.plain.split_whitespace().next().map_or(0, str::len);
            written["entities"] = json!([{ "type": "bot_command", "offset": 0, "length": length }]);
        }
        if let Some(person) = self.people.get_mut(&by)
            && by == chat
        {
            person.started = true;
        }
        self.chat(chat).messages.push(message);
        self.tell("message", written);
        id
    }

    /// Somebody changes a message of theirs.
    pub(super) fn edits(&mut self, by: i64, id: i64, text: &str) {
        let mine = self.chat(by).messages.iter_mut().find(|message| message.id == id && message.from == by);
        let message = mine.expect("a message of one's own");
        message.text = Text { plain: text.to_owned(), marked: text.to_owned() };
        let message = message.clone();
        let mut written = self.written(by, &message);
        written["edit_date"] = json!(1_800_000_001);
        self.tell("edited_message", written);
    }

    /// The newest message in a chat with a button that says so, and what the button does.
    pub(super) fn found(&self, chat: i64, label: &str, on: Option<i64>) -> Option<(Message, Does)> {
        let messages = &self.chats.get(&chat)?.messages;
        let wanted = messages.iter().rev().filter(|message| on.is_none_or(|id| id == message.id));
        let exact = |exact: bool| {
            move |message: &Message| {
                let keys = message.rows.iter().flatten();
                let says = |says: &str| if exact { says == label } else { says.contains(label) };
                let key = keys.into_iter().find(|key| says(&key.label))?;
                Some((message.clone(), key.does.clone()))
            }
        };
        wanted.clone().find_map(exact(true)).or_else(|| wanted.clone().find_map(exact(false)))
    }

    /// Somebody presses a button of a message.
    pub(super) fn presses(&mut self, by: i64, chat: i64, message: &Message, data: &str) -> String {
        let id = format!("tap{}", self.next());
        let tap = Tap { by, chat, at: Instant::now(), answered: false };
        self.taps.insert(id.clone(), tap);
        let written = self.written(chat, message);
        let query = json!({ "id": id, "from": self.user(by), "message": written,
            "chat_instance": chat.to_string(), "data": data });
        self.tell("callback_query", query);
        id
    }

    /// Somebody blocks the bot, or lets it write again.
    pub(super) fn blocks(&mut self, by: i64, on: bool) {
        if let Some(person) = self.people.get_mut(&by) {
            person.blocks = on;
        }
        let user = self.user(self.bot_id);
        let now = if on {
            json!({ "status": "kicked", "user": user, "until_date": 0 })
        } else {
            json!({ "status": "member", "user": user })
        };
        let before = if on {
            json!({ "status": "member", "user": user })
        } else {
            json!({ "status": "kicked", "user": user, "until_date": 0 })
        };
        let chat = json!({ "id": by, "type": "private", "first_name": "" });
        let change = json!({ "chat": chat, "from": self.user(by), "date": 1_800_000_000,
            "old_chat_member": before, "new_chat_member": now });
        self.tell("my_chat_member", change);
    }

    /// Somebody presses "pay" under an invoice.
    pub(super) fn wants_to_pay(&mut self, by: i64, invoice: Invoice) -> String {
        let id = format!("checkout{}", self.next());
        let query = json!({ "id": id, "from": self.user(by), "currency": "XTR",
            "total_amount": invoice.amount, "invoice_payload": invoice.payload });
        self.stars.checkouts.insert(id.clone(), Checkout { by, invoice, at: Instant::now(), answer: None });
        self.tell("pre_checkout_query", query);
        id
    }
}
