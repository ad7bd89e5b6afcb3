//! Messages of the bot, and its answers to taps.

use super::{
    answer::Fault,
    html::Text,
    keys,
    params::{Params, Sent},
    state::{Media, Message, State, TAP_LIVES},
};
use serde_json::{Value, json};

impl State {
    pub(super) fn send_message(&mut self, params: &Params) -> Result<Value, Fault> {
        let text = text(params, "text", 4096)?;
        if text.len() == 0 {
            return Err(Fault::bad("message text is empty"));
        }
        self.post(params, text, None)
    }

    pub(super) fn send_photo(&mut self, params: &Params) -> Result<Value, Fault> {
        let text = text(params, "caption", 1024)?;
        let bytes = match params.file("photo") {
            Some(Sent::Bytes(bytes)) => bytes,
            Some(Sent::Known(id)) if self.files.contains_key(&id) => {
                return self.post(params, text, Some(Media::Picture(id)));
            }
            _ => return Err(Fault::bad("there is no photo in the request")),
        };
        let picture = bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"\xff\xd8") || webp(&bytes);
        if !picture || bytes.len() > 10 * 1024 * 1024 {
            return Err(Fault::bad("IMAGE_PROCESS_FAILED"));
        }
        let id = self.keep_file(bytes);
        self.post(params, text, Some(Media::Picture(id)))
    }

    /// A message of the bot comes into the chat.
    pub(super) fn post(&mut self, params: &Params, text: Text, media: Option<Media>) -> Result<Value, Fault> {
        let chat_id = params.int("chat_id").ok_or_else(|| Fault::bad("chat not found"))?;
        let group = self.reachable(chat_id)?.group;
        let rows = keys::read(params.json("reply_markup")?.as_ref(), !group)?;
        self.flood.take(chat_id)?;
        let (id, from) = (self.next(), self.bot_id);
        let message = Message { id, from, by_bot: true, foreign: false, text, media, rows };
        let written = self.written(chat_id, &message);
        let chat = self.chat(chat_id);
        chat.log.push(message.drawn());
        chat.messages.push(message);
        Ok(written)
    }

    pub(super) fn edit_text(&mut self, params: &Params) -> Result<Value, Fault> {
        let text = text(params, "text", 4096)?;
        if text.len() == 0 {
            return Err(Fault::bad("message text is empty"));
        }
        let chat_id = params.int("chat_id").ok_or_else(|| Fault::bad("chat not found"))?;
        let id = params.int("message_id").unwrap_or_default();
        self.reachable(chat_id)?;
        self.flood.take(chat_id)?;
        let chat = self.chat(chat_id);
        let rows = keys::read(params.json("reply_markup")?.as_ref(), !chat.group)?;
        let message = chat.messages.iter_mut().find(|message| message.id == id);
        let message = message.ok_or_else(|| Fault::bad("message to edit not found"))?;
        if !message.by_bot || message.foreign {
            return Err(Fault::bad("message can't be edited"));
        }
        if message.media.is_some() {
            return Err(Fault::bad("there is no text in the message to edit"));
        }
        if message.text == text && message.rows == rows {
            return Err(Fault::bad(
                "message is not modified: specified new message content and reply markup are exactly the \
                 same as a current content and reply markup of the message",
            ));
        }
        (message.text, message.rows) = (text, rows);
        let message = message.clone();
        let drawn = format!("(in its place)\n{}", message.drawn());
        chat.log.push(drawn);
        Ok(self.written(chat_id, &message))
    }

    pub(super) fn delete_message(&mut self, params: &Params) -> Result<Value, Fault> {
        let chat_id = params.int("chat_id").ok_or_else(|| Fault::bad("chat not found"))?;
        let id = params.int("message_id").unwrap_or_default();
        let chat = self.reachable(chat_id)?;
        let at = chat.messages.iter().position(|message| message.id == id);
        let at = at.ok_or_else(|| Fault::bad("message to delete not found"))?;
        chat.messages.remove(at);
        chat.log.push("(a message was deleted)\n".to_owned());
        Ok(json!(true))
    }

    pub(super) fn answer_tap(&mut self, params: &Params) -> Result<Value, Fault> {
        let gone = || Fault::bad("query is too old and response timeout expired or query ID is invalid");
        let word = params.text("text").unwrap_or_default();
        if word.encode_utf16().count() > 200 {
            return Err(Fault::bad("MESSAGE_TOO_LONG"));
        }
        let id = params.text("callback_query_id").unwrap_or_default();
        let tap = self.taps.get_mut(&id).ok_or_else(gone)?;
        if tap.answered || tap.at.elapsed() > TAP_LIVES {
            return Err(gone());
        }
        tap.answered = true;
        let chat = tap.chat;
        if !word.is_empty() {
            let kind = if params.flag("show_alert") { "a window" } else { "for a moment" };
            self.chat(chat).log.push(format!("({kind}: {word})\n"));
        }
        Ok(json!(true))
    }
}

/// A text within its limit, as counted after its markup is read.
fn text(params: &Params, name: &str, most: usize) -> Result<Text, Fault> {
    let text = params.text(name).unwrap_or_default();
    let text = Text::parse(&text, params.text("parse_mode").as_deref())?;
    match (text.len() > most, name) {
        (true, "caption") => Err(Fault::bad("message caption is too long")),
        (true, _) => Err(Fault::bad("message is too long")),
        (false, _) => Ok(text),
    }
}

fn webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}
