//! Seals everything anew that is sealed, after the key for it changed.
//!
//! What is under the newest key already is passed over, so whoever begins again after a crash ends what was begun. A value
//! that neither key opens is left as it is and counted.

use super::{
    copy::{Pace, Side, Table},
    engine::sql,
    file::OpenError,
    migrations,
    place::Place,
    row::{Row, Value},
};
use crate::{error::Failure, secret::Keys, world::World};
use std::collections::BTreeMap;
use thiserror::Error;

/// Where something sealed stands, and for what it was sealed: names in braces stand for other columns of its row.
struct Spot {
    table: &'static str,
    column: &'static str,
    /// Its name in a document, when the column holds one.
    inside: Option<&'static str>,
    context: &'static str,
}

const fn spot(table: &'static str, column: &'static str, context: &'static str) -> Spot {
    Spot { table, column, inside: None, context }
}

const fn inside(
    table: &'static str,
    column: &'static str,
    name: &'static str,
    context: &'static str,
) -> Spot {
    Spot { table, column, inside: Some(name), context }
}

/// All there is. The contexts are those of the use cases that seal.
const SPOTS: [Spot; 24] = [
    inside("shops", "telegram", "token_sealed", "telegram|{id}"),
    inside("shops", "telegram", "proxy_sealed", "telegram proxy|{id}"),
    inside("orders", "kind", "note_sealed", "gift note|{user_id}"),
    spot("servers", "config_sealed", "server|{id}|config"),
    spot("gateways", "config_sealed", "gateway|{id}|config"),
    spot("identities", "sealed", "identity|{user_id}"),
    spot("receipts", "picture_sealed", "receipt|{id}"),
    spot("subscriptions", "link_sealed", "link|{id}"),
    spot("callbacks", "sealed", "callback|{id}"),
    spot("answers", "response_sealed", "answer|{owner}|{request_key}"),
    spot("mail_codes", "sealed", "mail_code|{shop_id}|{address}"),
    spot("second_factors", "seed_sealed", "second_factor|{user_id}"),
    spot("push_targets", "sealed", "push|{id}"),
    spot("passkeys", "sealed", "passkey|{id}"),
    spot("dialogues", "sealed", "dialogue|{user_id}"),
    spot("invitations", "sealed", "invitation|{user_id}"),
    spot("withdrawals", "destination_sealed", "withdrawal|{id}"),
    spot("campaigns", "postback_sealed", "campaign|{shop_id}|{code}"),
    spot("gifts", "sealed", "gift|{order_id}"),
    spot("tickets", "subject_sealed", "ticket|{id}"),
    spot("ticket_messages", "text_sealed", "ticket-message|{id}"),
    spot("ticket_pictures", "sealed", "ticket-picture|{message_id}"),
    spot("webhooks", "sealed", "webhook|{id}"),
    spot("hook_deliveries", "address", "postback|{id}"),
];

/// Why not everything was sealed anew.
#[derive(Debug, Error)]
pub enum ResealError {
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It broke off. Begun again, it goes on where it was.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// What was sealed, and how it is now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resealed {
    /// Values that were under the newest key before.
    pub kept: u64,
    /// Values that came under it now, or would come.
    pub changed: u64,
    /// Values that no key opens, by table and column.
    pub unreadable: BTreeMap<String, u64>,
}

/// Seals everything in the shop's database anew that is not under the newest of `keys`, or, when it shall only `look`, says
/// how much that is. The database is for nobody else meanwhile.
///
/// # Errors
/// See [`ResealError`].
pub async fn reseal(place: &Place, keys: &Keys, world: &World, look: bool) -> Result<Resealed, ResealError> {
    if place.is_missing() {
        return Err(Failure::core(&format!("there is no database at {place}")).into());
    }
    let mut side = Side::open(place).await?;
    migrations::accept(&side.applied().await?)?;
    side.let_others_ask().await?;
    let mut work = Work { keys, world, look, done: Resealed::default() };
    for table in side.tables().await? {
        let spots: Vec<&Spot> = SPOTS.iter().filter(|spot| spot.table == table.name).collect();
        if !spots.is_empty() {
            work.table(&mut side, &table, &spots).await?;
        }
    }
    side.close().await?;
    Ok(work.done)
}

struct Work<'a> {
    keys: &'a Keys,
    world: &'a World,
    look: bool,
    done: Resealed,
}

impl Work<'_> {
    async fn table(&mut self, side: &mut Side, table: &Table, spots: &[&Spot]) -> Result<(), Failure> {
        let mut pace = Pace::default();
        let mut rows = side.page(table, None, pace.limit()).await?;
        while let Some(last) = rows.last() {
            let behind = table.key_of(last);
            pace.saw(&rows);
            side.run(sql("BEGIN")).await?;
            for row in &rows {
                self.row(side, table, row, spots).await?;
            }
            side.run(sql("COMMIT")).await?;
            rows = side.page(table, Some(&behind), pace.limit()).await?;
        }
        Ok(())
    }

    async fn row(
        &mut self,
        side: &mut Side,
        table: &Table,
        row: &Row,
        spots: &[&Spot],
    ) -> Result<(), Failure> {
        let mut columns: BTreeMap<&str, String> = BTreeMap::new();
        for spot in spots {
            let Some(Value::Text(text)) = table.place(spot.column).and_then(|at| row.values().get(at)) else {
                continue;
            };
            let text = columns.get(spot.column).unwrap_or(text);
            if let Some(fresh) = self.value(table, row, spot, text) {
                columns.insert(spot.column, fresh);
            }
        }
        if self.look {
            return Ok(());
        }
        for (column, fresh) in columns {
            side.run(table.change(column, fresh, row)).await?;
        }
        Ok(())
    }

    /// The column's new text, unless it stays as it is.
    fn value(&mut self, table: &Table, row: &Row, spot: &Spot, text: &str) -> Option<String> {
        let sealed = match spot.inside {
            None => text.to_owned(),
            Some(name) if !text.contains(name) => return None,
            Some(name) => found(&serde_json::from_str(text).ok()?, name)?,
        };
        if sealed.is_empty() {
            // It went with its customer's account.
            return None;
        }
        let context = context(table, row, spot.context);
        if self.keys.is_newest(&context, &sealed) {
            self.done.kept += 1;
            return None;
        }
        let Ok(plain) = self.keys.open(&context, &sealed) else {
            let name = format!("{}.{}", spot.table, spot.inside.unwrap_or(spot.column));
            *self.done.unreadable.entry(name).or_default() += 1;
            return None;
        };
        self.done.changed += 1;
        // What is sealed has no letter that a document writes otherwise.
        Some(text.replace(&sealed, &self.keys.seal(self.world, &context, &plain)))
    }
}

/// The text of this name somewhere in a document.
fn found(document: &serde_json::Value, name: &str) -> Option<String> {
    match document {
        serde_json::Value::Object(fields) => fields.iter().find_map(|(field, value)| match value {
            serde_json::Value::String(text) if field == name => Some(text.clone()),
            inner => found(inner, name),
        }),
        serde_json::Value::Array(all) => all.iter().find_map(|value| found(value, name)),
        _ => None,
    }
}

/// The pattern with the values of the row; what they say is never read as a pattern.
fn context(table: &Table, row: &Row, pattern: &str) -> String {
    let mut context = String::new();
    for (at, part) in pattern.split(['{', '}']).enumerate() {
        let value = (at % 2 == 1).then(|| table.place(part).and_then(|at| row.values().get(at)));
        match value {
            Some(Some(Value::Text(text))) => context.push_str(text),
            _ => context.push_str(part),
        }
    }
    context
}
