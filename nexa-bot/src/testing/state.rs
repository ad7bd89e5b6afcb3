//! All that Telegram knows: people, chats with their messages, updates that wait for the bot.

use super::{answer::Fault, flood::Flood, html::Text, keys::Button, stars::Stars};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tokio::time::{Duration, Instant};

/// How long a tap can be answered.
pub const TAP_LIVES: Duration = Duration::from_secs(30);
/// Any moment after the year 2001.
const DATE: i64 = 1_800_000_000;

/// Everything.
pub struct State {
    pub token: String,
    pub username: String,
    pub bot_id: i64,
    pub people: BTreeMap<i64, Person>,
    pub chats: BTreeMap<i64, Chat>,
    pub updates: VecDeque<Queued>,
    pub taps: BTreeMap<String, Tap>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub webhook: Option<Webhook>,
    /// Where the hosts of webhooks really are.
    pub hosts: BTreeMap<String, String>,
    /// Every update so far.
    pub told: Vec<Value>,
    pub commands: BTreeMap<String, Value>,
    pub members: BTreeMap<String, BTreeSet<i64>>,
    pub flood: Flood,
    pub stars: Stars,
    /// Nothing is answered.
    pub down: bool,
    /// Counts the questions for updates: only the newest is answered.
    pub polls: u64,
    /// Every call's method, in order.
    pub calls: Vec<String>,
    /// What the bot did that Telegram does not take.
    pub faults: Vec<String>,
    last: i64,
}

/// Somebody with a Telegram account.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub language: Option<String>,
    pub blocks: bool,
    /// Whether the bot may write.
    pub started: bool,
}

/// A chat.
#[derive(Default)]
pub struct Chat {
    pub group: bool,
    /// The thread that its people write in.
    pub thread: Option<i64>,
    pub messages: Vec<Message>,
    /// What was seen there, in order; for transcripts.
    pub log: Vec<String>,
    /// How much of it was read.
    pub read: usize,
}

/// A message.
#[derive(Clone)]
pub struct Message {
    pub id: i64,
    pub from: i64,
    pub by_bot: bool,
    /// Sent on by a user: nobody can change it.
    pub foreign: bool,
    pub text: Text,
    /// What else is in it: a picture, a sticker, an invoice.
    pub media: Option<Media>,
    pub rows: Vec<Vec<Button>>,
}

/// What else than text is in a message.
#[derive(Clone, PartialEq, Eq)]
pub enum Media {
    Picture(String),
    Document(String, String),
    Sticker,
    Voice,
    Invoice(String),
    Paid(Value),
}

/// An update that the bot has not confirmed.
pub struct Queued {
    pub id: i64,
    pub body: Value,
    /// Whether it is on its way to the bot's address.
    pub flying: bool,
}

/// A pressed button.
pub struct Tap {
    pub by: i64,
    pub chat: i64,
    pub at: Instant,
    pub answered: bool,
}

/// Where updates are sent.
#[derive(Clone)]
pub struct Webhook {
    pub url: String,
    pub secret: Option<String>,
}

impl State {
    pub fn new(token: &str, username: &str) -> Self {
        let bot_id = token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1);
        Self {
            token: token.to_owned(),
            username: username.to_owned(),
            bot_id,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            updates: VecDeque::new(),
            taps: BTreeMap::new(),
            files: BTreeMap::new(),
            webhook: None,
            hosts: BTreeMap::new(),
            told: Vec::new(),
            commands: BTreeMap::new(),
            members: BTreeMap::new(),
            flood: Flood::default(),
            stars: Stars::default(),
            down: false,
            polls: 0,
            calls: Vec::new(),
            faults: Vec::new(),
            last: 1000,
        }
    }

    /// A number that was never given before.
    pub fn next(&mut self) -> i64 {
        self.last += 1;
        self.last
    }

    /// Something for the bot to hear.
    pub fn tell(&mut self, kind: &str, what: Value) {
        let id = self.next();
        let mut body = json!({ "update_id": id });
        body[kind] = what;
        self.told.push(body.clone());
        self.updates.push_back(Queued { id, body, flying: false });
    }

    /// The same update once more.
    pub fn again(&mut self, body: Value) {
        let id = body["update_id"].as_i64().unwrap_or_default();
        self.updates.push_front(Queued { id, body, flying: false });
    }

    pub fn chat(&mut self, id: i64) -> &mut Chat {
        self.chats.entry(id).or_default()
    }

    /// The chat that the bot may write to.
    pub fn reachable(&mut self, id: i64) -> Result<&mut Chat, Fault> {
        if let Some(person) = self.people.get(&id) {
            if person.blocks {
                return Err(Fault::forbidden("bot was blocked by the user"));
            }
            if !person.started {
                return Err(Fault::forbidden("bot can't initiate conversation with a user"));
            }
            return Ok(self.chat(id));
        }
        self.chats.get_mut(&id).ok_or_else(|| Fault::bad("chat not found"))
    }

    pub fn keep_file(&mut self, bytes: Vec<u8>) -> String {
        let id = format!("file{}", self.next());
        self.files.insert(id.clone(), bytes);
        id
    }

    /// A user as Telegram writes one.
    pub fn user(&self, id: i64) -> Value {
        if id == self.bot_id {
            return json!({
                "id": id, "is_bot": true, "first_name": "Shop", "username": self.username,
                "can_join_groups": true, "can_read_all_group_messages": false,
                "supports_inline_queries": false, "can_connect_to_business": false, "has_main_web_app": false,
            });
        }
        let Some(person) = self.people.get(&id) else { return Value::Null };
        let mut user = json!({ "id": id, "is_bot": false, "first_name": person.name });
        if let Some(language) = &person.language {
            user["language_code"] = json!(language);
        }
        user
    }

    /// A message as Telegram writes one.
    pub fn written(&self, chat_id: i64, message: &Message) -> Value {
        let chat = if self.chats.get(&chat_id).is_some_and(|chat| chat.group) {
            // Only greater groups have threads.
            let thread = self.chats.get(&chat_id).and_then(|chat| chat.thread);
            let kind = if thread.is_some() { "supergroup" } else { "group" };
            json!({ "id": chat_id, "type": kind, "title": "Friends" })
        } else {
            let name = self.people.get(&chat_id).map_or("", |person| person.name.as_str());
            json!({ "id": chat_id, "type": "private", "first_name": name })
        };
        let from = if message.by_bot { self.bot_id } else { message.from };
        let mut out =
            json!({ "message_id": message.id, "date": DATE, "chat": chat, "from": self.user(from) });
        let text = if message.media.is_some() { "caption" } else { "text" };
        if !message.text.plain.is_empty() {
            out[text] = json!(message.text.plain);
        }
        if let Some(media) = &message.media {
            self.add_media(&mut out, media);
        }
        out
    }

    fn add_media(&self, out: &mut Value, media: &Media) {
        let size = |id: &String| self.files.get(id).map_or(0, Vec::len);
        match media {
            Media::Picture(id) => {
                let photo = |id: &str, side: u32, bytes: usize| {
                    json!({ "file_id": id, "file_unique_id": id, "width": side, "height": side,
                            "file_size": bytes })
                };
                out["photo"] = json!([photo(id, 90, size(id)), photo(id, 800, size(id))]);
            }
            Media::Document(id, mime) => {
                out["document"] = json!({ "file_id": id, "file_unique_id": id, "file_name": "file",
                    "mime_type": mime, "file_size": size(id) });
            }
            Media::Sticker => {
                out["sticker"] = json!({ "file_id": "s", "file_unique_id": "s", "type": "regular",
                    "width": 512, "height": 512, "is_animated": false, "is_video": false, "file_size": 9 });
            }
            Media::Voice => {
                out["voice"] =
                    json!({ "file_id": "v", "file_unique_id": "v", "duration": 2, "file_size": 9 });
            }
            Media::Invoice(_) => {}
            Media::Paid(payment) => out["successful_payment"] = payment.clone(),
        }
    }
}
