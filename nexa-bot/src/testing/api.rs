//! The Bot API's addresses: `/botTOKEN/METHOD` and `/file/botTOKEN/PATH`.

use super::{
    answer::{Fault, broken, response},
    params::Params,
    server::Shared,
    state::State,
    updates,
};
use poem::{Endpoint, Request, Response, Result, http::StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

/// The API over what Telegram knows.
pub struct Api {
    pub shared: Arc<Shared>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if self.shared.lock().down {
            return Ok(broken());
        }
        let path = request.uri().path().to_owned();
        if let Some(file) = path.strip_prefix("/file/bot") {
            return Ok(self.file(&file.replace("%2F", "/")));
        }
        let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
            return Ok(response(Err(not_found())));
        };
        if let Err(fault) = self.shared.lock().knows(token) {
            return Ok(response(Err(fault)));
        }
        let method = method.to_lowercase();
        let (request, body) = request.split();
        let params = match Params::read(&request, body).await {
            Ok(params) => params,
            Err(fault) => return Ok(response(Err(fault))),
        };
        self.shared.change(|state| state.calls.push(method.clone()));
        let answer = if method == "getupdates" {
            updates::get(&self.shared, &params).await
        } else {
            self.shared.change(|state| state.call(&method, &params))
        };
        if self.shared.lock().down {
            return Ok(broken());
        }
        if let Err(fault) = &answer
            && fault.code == 400
            && !fault.description.contains("not modified")
        {
            self.shared.lock().faults.push(format!("{method}: {}", fault.description));
        }
        Ok(response(answer))
    }
}

impl Api {
    fn file(&self, path: &str) -> Response {
        let state = self.shared.lock();
        let known = path.split_once('/').filter(|(token, _)| *token == state.token);
        match known.and_then(|(_, path)| state.files.get(path.trim_start_matches("files/"))) {
            Some(bytes) => Response::builder().status(StatusCode::OK).body(bytes.clone()),
            None => response(Err(not_found())),
        }
    }
}

fn not_found() -> Fault {
    Fault { code: 404, description: "Not Found".to_owned(), retry_after: None }
}

impl State {
    fn knows(&self, token: &str) -> Result<(), Fault> {
        if token == self.token {
            return Ok(());
        }
        let shaped = token
            .split_once(':')
            .is_some_and(|(id, rest)| id.bytes().all(|b| b.is_ascii_digit()) && rest.len() >= 30);
        if shaped {
            return Err(Fault { code: 401, description: "Unauthorized".to_owned(), retry_after: None });
        }
        Err(not_found())
    }

    fn call(&mut self, method: &str, params: &Params) -> Result<Value, Fault> {
        match method {
            "getme" => Ok(self.user(self.bot_id)),
            "setmycommands" => self.set_commands(params),
            "setwebhook" => self.set_webhook(params),
            "getwebhookinfo" => {
                Ok(json!({ "url": self.webhook.as_ref().map_or("", |hook| hook.url.as_str()),
                "has_custom_certificate": false, "pending_update_count": self.updates.len() }))
            }
            "deletewebhook" => {
                self.webhook = None;
                Ok(json!(true))
            }
            "sendmessage" => self.send_message(params),
            "sendphoto" => self.send_photo(params),
            "editmessagetext" => self.edit_text(params),
            "deletemessage" => self.delete_message(params),
            "answercallbackquery" => self.answer_tap(params),
            "getfile" => self.get_file(params),
            "getchatmember" => self.get_member(params),
            "sendinvoice" => self.send_invoice(params),
            "createinvoicelink" => self.create_link(params),
            "answerprecheckoutquery" => self.answer_checkout(params),
            "refundstarpayment" => self.refund(params),
            "getstartransactions" => Ok(self.transactions(params)),
            _ => Err(not_found()),
        }
    }

    fn set_commands(&mut self, params: &Params) -> Result<Value, Fault> {
        let commands = params.json("commands")?.unwrap_or_default();
        let all = commands.as_array().ok_or_else(|| Fault::bad("commands must be an array"))?;
        let part = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let name = |name: &str| {
            let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            letters && (1..=32).contains(&name.len())
        };
        let told = |text: &str| (1..=256).contains(&text.chars().count());
        if all.len() > 100 || !all.iter().all(|c| name(&part(c, "command")) && told(&part(c, "description")))
        {
            return Err(Fault::bad("BOT_COMMAND_INVALID"));
        }
        self.commands.insert(params.text("language_code").unwrap_or_default(), commands);
        Ok(json!(true))
    }

    fn get_file(&self, params: &Params) -> Result<Value, Fault> {
        let id = params.text("file_id").unwrap_or_default();
        let bytes = self.files.get(&id).ok_or_else(|| Fault::bad("invalid file_id"))?;
        if bytes.len() > 20 * 1024 * 1024 {
            return Err(Fault::bad("file is too big"));
        }
        Ok(json!({ "file_id": id, "file_unique_id": id, "file_size": bytes.len(),
            "file_path": format!("files/{id}") }))
    }

    fn get_member(&self, params: &Params) -> Result<Value, Fault> {
        let chat = params.text("chat_id").unwrap_or_default();
        let user = params.int("user_id").unwrap_or_default();
        let members = self.members.get(&chat).ok_or_else(|| Fault::bad("chat not found"))?;
        let status = if members.contains(&user) { "member" } else { "left" };
        Ok(json!({ "status": status, "user": self.user(user) }))
    }
}
