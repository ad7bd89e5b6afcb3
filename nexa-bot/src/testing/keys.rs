//! Buttons under messages (core.telegram.org/bots/api#inlinekeyboardmarkup).

use super::answer::Fault;
use serde_json::Value;

/// The most buttons of a message.
const MOST_BUTTONS: usize = 100;
/// The most buttons in a row.
const MOST_IN_A_ROW: usize = 8;

/// A button.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it does.
    pub does: Does,
}

/// What a button does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Does {
    /// The bot is told this.
    Call(String),
    /// Opens a page.
    Open(String),
    /// Opens a page inside Telegram, signed in.
    App(String),
    /// Copies a text.
    Copy(String),
    /// Pays the invoice of its message.
    Pay,
}

/// Reads the buttons that a message was sent with.
pub fn read(markup: Option<&Value>, private: bool) -> Result<Vec<Vec<Button>>, Fault> {
    let Some(markup) = markup else { return Ok(Vec::new()) };
    let rows = markup.get("inline_keyboard").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| Fault::bad("can't parse inline keyboard markup"))?;
    let mut read = Vec::new();
    for row in rows {
        let row = row.as_array().ok_or_else(|| Fault::bad("can't parse inline keyboard row"))?;
        let row = row.iter().map(|key| button(key, private)).collect::<Result<Vec<_>, _>>()?;
        if row.len() > MOST_IN_A_ROW {
            return Err(Fault::bad("too many buttons in a row"));
        }
        if !row.is_empty() {
            read.push(row);
        }
    }
    if read.iter().map(Vec::len).sum::<usize>() > MOST_BUTTONS {
        return Err(Fault::bad("reply markup is too long"));
    }
    Ok(read)
}

fn button(key: &Value, private: bool) -> Result<Button, Fault> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let label = text("text").filter(|label| !label.trim().is_empty());
    let label = label.ok_or_else(|| Fault::bad("inline keyboard button text must be non-empty"))?;
    let does = if let Some(data) = text("callback_data") {
        if !(1..=64).contains(&data.len()) {
            return Err(Fault::bad("BUTTON_DATA_INVALID"));
        }
        Does::Call(data)
    } else if let Some(url) = text("url") {
        let known = ["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme));
        if !known {
            return Err(Fault::bad("inline keyboard button URL is invalid: unsupported URL protocol"));
        }
        Does::Open(url)
    } else if let Some(app) = key.get("web_app") {
        let url = app.get("url").and_then(Value::as_str).unwrap_or_default();
        if !url.starts_with("https://") {
            return Err(Fault::bad(
                "inline keyboard button web app URL is invalid: only HTTPS links are allowed",
            ));
        }
        if !private {
            return Err(Fault::bad("BUTTON_TYPE_INVALID"));
        }
        Does::App(url.to_owned())
    } else if let Some(copy) = key.get("copy_text") {
        let text = copy.get("text").and_then(Value::as_str).unwrap_or_default();
        if !(1..=256).contains(&text.encode_utf16().count()) {
            return Err(Fault::bad("BUTTON_COPY_TEXT_INVALID"));
        }
        Does::Copy(text.to_owned())
    } else if key.get("pay").and_then(Value::as_bool) == Some(true) {
        Does::Pay
    } else {
        return Err(Fault::bad("text buttons are unallowed in the inline keyboard"));
    };
    Ok(Button { label, does })
}
