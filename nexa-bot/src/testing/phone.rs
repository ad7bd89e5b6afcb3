//! What one person holds in hand.

use super::{
    keys::Does,
    server::Shared,
    stars::{CONSENT, Charge},
    state::{Chat, Media, Message, Person, State},
};
use serde_json::json;
use std::sync::Arc;
use tokio::time::{Instant, sleep};

/// The longest text that a client sends in one message.
const LONGEST: usize = 4096;

/// One person's Telegram, with the shop's chat open. Nothing here waits for the bot.
#[derive(Clone)]
pub struct Phone {
    shared: Arc<Shared>,
    id: i64,
}

impl Phone {
    pub(super) fn of(shared: Arc<Shared>, name: &str, language: Option<&str>) -> Self {
        let id = shared.change(|state| {
            let id = 5_000_000 + state.next();
            let (name, language) = (name.to_owned(), language.map(str::to_owned));
            state.people.insert(id, Person { name, language, blocks: false, started: false });
            id
        });
        Self { shared, id }
    }

    /// The account.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Opens the bot, perhaps by a link with a payload.
    pub fn start(&self, payload: Option<&str>) {
        self.says(&payload.map_or_else(|| "/start".to_owned(), |payload| format!("/start {payload}")));
    }

    /// Writes something. As clients do, what is too long goes out in several messages.
    pub fn says(&self, text: &str) {
        let letters: Vec<char> = text.chars().collect();
        for part in letters.chunks(LONGEST) {
            let text: String = part.iter().collect();
            self.shared.change(|state| state.says(self.id, self.id, &text, None));
        }
    }

    /// Sends a picture.
    pub fn sends_photo(&self, bytes: &[u8], caption: &str) {
        self.sends(caption, |state| Media::Picture(state.keep_file(bytes.to_vec())));
    }

    /// Sends a file.
    pub fn sends_document(&self, bytes: &[u8], mime: &str, caption: &str) {
        self.sends(caption, |state| Media::Document(state.keep_file(bytes.to_vec()), mime.to_owned()));
    }

    /// Sends a sticker.
    pub fn sends_sticker(&self) {
        self.sends("", |_| Media::Sticker);
    }

    /// Sends a spoken message.
    pub fn sends_voice(&self) {
        self.sends("", |_| Media::Voice);
    }

    fn sends(&self, caption: &str, media: impl FnOnce(&mut State) -> Media) {
        self.shared.change(|state| {
            let media = media(state);
            state.says(self.id, self.id, caption, Some(media))
        });
    }

    /// Changes the last message of one's own.
    pub fn edits(&self, text: &str) {
        self.shared.change(|state| {
            let mine = state.chat(self.id).messages.iter().rev().find(|message| !message.by_bot);
            let mine = mine.expect("a message of one's own").id;
            state.edits(self.id, mine, text);
        });
    }

    /// Presses the newest button that says this; all of it, or else a part.
    pub fn taps(&self, label: &str) {
        self.press(label, None);
    }

    /// Presses a button of an older message.
    pub fn taps_on(&self, message: i64, label: &str) {
        self.press(label, Some(message));
    }

    fn press(&self, label: &str, on: Option<i64>) {
        self.shared.change(|state| {
            let (message, does) = state
                .found(self.id, label, on)
                .unwrap_or_else(|| panic!("no button [{label}] among\n{}", drawn(state.chats.get(&self.id))));
            let Does::Call(data) = does else { panic!("[{label}] is not answered by the bot") };
            state.presses(self.id, self.id, &message, &data);
        });
    }

    /// Sends a message of the bot on to somebody, who presses its button there.
    pub fn forwards_to(&self, other: &Self, label: &str) {
        self.shared.change(|state| {
            let (message, does) = state.found(self.id, label, None).expect("a button");
            let Does::Call(data) = does else { panic!("[{label}] is not answered by the bot") };
            let id = state.next();
            let copy = Message { id, foreign: true, ..message };
            state.chat(other.id).messages.push(copy.clone());
            state.presses(other.id, other.id, &copy, &data);
        });
    }

    /// Sends what no client of Telegram's sends: a button with other words behind it.
    pub fn forges(&self, data: &str) {
        self.shared.change(|state| {
            let newest = state.chat(self.id).messages.iter().rev().find(|message| message.by_bot).cloned();
            let newest = newest.expect("a message of the bot");
            state.presses(self.id, self.id, &newest, data);
        });
    }

    /// What the newest button that says this opens, without opening it.
    #[must_use]
    pub fn address(&self, label: &str) -> String {
        match self.shared.lock().found(self.id, label, None) {
            Some((_, Does::Open(url) | Does::App(url))) => url,
            other => panic!("[{label}] opens nothing: {:?}", other.map(|(_, does)| does)),
        }
    }

    /// What the newest button that says this copies.
    #[must_use]
    pub fn copies(&self, label: &str) -> String {
        match self.shared.lock().found(self.id, label, None) {
            Some((_, Does::Copy(text))) => text,
            other => panic!("[{label}] copies nothing: {:?}", other.map(|(_, does)| does)),
        }
    }

    /// Whether a button says this on the newest message of the bot.
    #[must_use]
    pub fn is_offered(&self, label: &str) -> bool {
        let state = self.shared.lock();
        let newest = state.chats.get(&self.id).and_then(|chat| chat.messages.iter().rev().find(|m| m.by_bot));
        newest.is_some_and(|message| message.rows.iter().flatten().any(|key| key.label.contains(label)))
    }

    /// The number of the newest message of the bot.
    #[must_use]
    pub fn newest(&self) -> i64 {
        let state = self.shared.lock();
        let messages = state.chats.get(&self.id).map(|chat| chat.messages.iter());
        messages.and_then(|all| all.rev().find(|m| m.by_bot).map(|m| m.id)).expect("a message of the bot")
    }

    /// How many messages of the bot are in the chat.
    #[must_use]
    pub fn answers(&self) -> usize {
        let state = self.shared.lock();
        state.chats.get(&self.id).map_or(0, |chat| chat.messages.iter().filter(|m| m.by_bot).count())
    }

    /// Wants to hear nothing of the bot any more.
    pub fn blocks(&self) {
        self.shared.change(|state| state.blocks(self.id, true));
    }

    /// Lets the bot write again.
    pub fn unblocks(&self) {
        self.shared.change(|state| state.blocks(self.id, false));
    }

    /// Joins a channel; it is there from now on.
    pub fn joins(&self, channel: &str) {
        self.shared.change(|state| state.members.entry(channel.to_owned()).or_default().insert(self.id));
    }

    /// Leaves a channel; it is there from now on.
    pub fn leaves(&self, channel: &str) {
        self.shared.change(|state| state.members.entry(channel.to_owned()).or_default().remove(&self.id));
    }

    /// Writes something in a group that the bot is in.
    pub fn says_in(&self, group: i64, text: &str) {
        self.shared.change(|state| {
            state.chat(group).group = true;
            state.says(self.id, group, text, None)
        });
    }

    /// Writes something in a thread of a group that the bot is in.
    pub fn says_in_thread(&self, group: i64, thread: i64, text: &str) {
        self.shared.change(|state| {
            let chat = state.chat(group);
            (chat.group, chat.thread) = (true, Some(thread));
            state.says(self.id, group, text, None)
        });
    }

    /// Presses a button of the own chat's newest message as if it stood in a group.
    pub fn taps_in(&self, group: i64, label: &str) {
        self.shared.change(|state| {
            let (message, does) = state.found(self.id, label, None).expect("a button");
            let Does::Call(data) = does else { panic!("[{label}] is not answered by the bot") };
            state.chat(group).group = true;
            state.presses(self.id, group, &message, &data);
        });
    }

    /// Pays the newest invoice with Stars, if the bot agrees in time; else says why not.
    pub async fn pays_stars(&self) -> Result<(), String> {
        let invoice = self.shared.change(|state| {
            let messages = state.chat(self.id).messages.iter().rev();
            messages.into_iter().find_map(|message| match &message.media {
                Some(Media::Invoice(id)) => Some(id.clone()),
                _ => None,
            })
        });
        self.pays(&invoice.expect("an invoice")).await
    }

    /// The same for the invoice that the newest button which says this opens.
    pub async fn pays_stars_by(&self, label: &str) -> Result<(), String> {
        self.pays_stars_at(&self.address(label)).await
    }

    /// The same for the invoice that a link opens, whoever's it is.
    pub async fn pays_stars_at(&self, link: &str) -> Result<(), String> {
        self.pays(link.strip_prefix("https://t.me/$").expect("an invoice's link")).await
    }

    async fn pays(&self, invoice: &str) -> Result<(), String> {
        let id = self.shared.change(|state| {
            let invoice = state.stars.invoices.get(invoice).cloned();
            state.wants_to_pay(self.id, invoice.expect("an invoice"))
        });
        let began = Instant::now();
        let answer = loop {
            let answer = self.shared.lock().stars.checkouts.get(&id).and_then(|c| c.answer.clone());
            match answer {
                Some(answer) => break answer,
                None if began.elapsed() > CONSENT => break Err("the bot did not answer".to_owned()),
                None => sleep(std::time::Duration::from_millis(20)).await,
            }
        };
        answer?;
        self.shared.change(|state| {
            let checkout = state.stars.checkouts.get(&id).expect("a payment");
            let (by, invoice) = (checkout.by, checkout.invoice.clone());
            let charge = format!("charge{}", state.next());
            let (amount, payload) = (invoice.amount, invoice.payload);
            let paid = json!({ "currency": "XTR", "total_amount": amount, "invoice_payload": payload,
                "telegram_payment_charge_id": charge, "provider_payment_charge_id": "" });
            state.stars.paid.push(Charge { id: charge, by, amount, payload, refunded: false });
            state.says(by, by, "", Some(Media::Paid(paid)))
        });
        Ok(())
    }

    /// The chat as it is now.
    #[must_use]
    pub fn shows(&self) -> String {
        drawn(self.shared.lock().chats.get(&self.id))
    }

    /// The newest message of the bot.
    #[must_use]
    pub fn last(&self) -> String {
        let state = self.shared.lock();
        let chat = state.chats.get(&self.id);
        chat.and_then(|chat| chat.messages.iter().rev().find(|m| m.by_bot))
            .map_or_else(String::new, Message::drawn)
    }

    /// What the bot did in the chat since this was asked last.
    #[must_use]
    pub fn news(&self) -> String {
        let mut state = self.shared.lock();
        let chat = state.chat(self.id);
        let new = chat.log.get(chat.read..).unwrap_or_default().concat();
        chat.read = chat.log.len();
        new
    }
}

fn drawn(chat: Option<&Chat>) -> String {
    let Some(chat) = chat else { return String::new() };
    let message = |message: &Message| {
        let who = if message.by_bot { "" } else { "> " };
        format!("{who}{}", message.drawn())
    };
    chat.messages.iter().map(message).collect::<Vec<_>>().join("\n")
}
