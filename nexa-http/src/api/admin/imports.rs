//! What comes over from another panel or bot.

use super::super::{Answer, Area};
use crate::{caller::SignedIn, uploads};
use nexa_core::{
    backoffice::model::{ImportReportView, ImportRequest},
    domain::{permission::Permission, refusal::Refusal},
};
use poem_openapi::{Multipart, OpenApi, payload::Json, types::multipart::Upload};
use std::collections::BTreeMap;

/// See the module.
pub struct Imports;

/// What is to be taken over.
#[derive(Multipart)]
struct ImportForm {
    /// `list`, `hiddify`, `marzban`, `mirza` or `hiddify-bot`. It must be given.
    kind: Option<String>,
    /// The file, at most 32 MiB; none for `hiddify`.
    file: Option<Upload>,
    /// The server whose panel's users are taken over, for `hiddify`.
    server_id: Option<String>,
    /// Only those users of it whose names have this in them.
    name: Option<String>,
    /// The plan that services get whose own plan is not in `plans`.
    plan_id: Option<String>,
    /// The plans that services get: in each line what theirs is called there, a comma, and the id of one of the shop's. At
    /// most 1000 lines.
    plans: Option<String>,
    /// What the balances are in: the code of the shop's currency, or `TOMAN`. Without it no wallet comes over.
    currency: Option<String>,
    /// Whether services that nobody is named for get accounts with a number of their own; else they are left out.
    anonymous: Option<bool>,
    /// Whether only to say what it would come to.
    dry_run: Option<bool>,
}

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminShop")]
impl Imports {
    /// Take over what another panel or bot had
    ///
    /// Users, what is in their wallets, and the services that they use. The same import once more changes nothing, so one
    /// that broke off is simply sent again. What cannot be taken over is left out with a reason. `bad_input` for a file
    /// that is not of its kind, and `servers_silent` while a server of a plan cannot be asked. Needs the permission
    /// `settings`; `move_money` besides when `currency` is given, and `serve_customers` when there are services.
    #[oai(path = "/imports", method = "post", operation_id = "adminImport")]
    async fn import(&self, caller: SignedIn, form: ImportForm) -> Answer<ImportReportView> {
        // Before a file of anybody who is signed in is read.
        caller.0.who.may(Permission::Settings)?;
        let file = match form.file {
            Some(upload) => {
                let bytes =
                    upload.into_vec().await.map_err(|_| Refusal::bad_input("file", "cannot be read"))?;
                Some(uploads::written(bytes).await?)
            }
            None => None,
        };
        let request = ImportRequest {
            kind: form.kind.unwrap_or_default(),
            file: file.as_ref().map(|file| file.to_path_buf()),
            server_id: form.server_id,
            name: form.name,
            plan_id: form.plan_id,
            plans: form.plans.as_deref().map(plans).transpose()?.unwrap_or_default(),
            currency: form.currency,
            anonymous: form.anonymous.unwrap_or(false),
            dry_run: form.dry_run.unwrap_or(false),
        };
        Ok(Json(caller.office().import(request).await?))
    }
}

/// The plans that services get, line by line.
fn plans(text: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let pair = |line: &str| {
        let (name, plan) =
            line.rsplit_once(',').ok_or(Refusal::bad_input("plans", "name,plan in each line"))?;
        Ok((name.trim().to_owned(), plan.trim().to_owned()))
    };
    lines.map(pair).collect()
}
