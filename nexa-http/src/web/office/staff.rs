//! The staff: who comes into the office, what each may do, inviting somebody and taking the office away.

use super::{Operator, sure};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        ChangeMemberRequest, InviteMemberRequest, MemberView, SecondFactorRequest, StaffInvitationView,
        StaffView,
    },
    domain::{
        permission::{Permission, Permissions},
        refusal::Refusal,
    },
    error::{Error, Result as Done},
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/staff.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    staff: &'a StaffView,
    /// What whoever looks can give.
    giveable: Vec<String>,
    /// Whether they may make owners.
    owner: bool,
    invited: Option<&'a StaffInvitationView>,
}

impl Page<'_> {
    /// What to do with the link of an invitation.
    fn told(&self, of: &StaffInvitationView) -> String {
        let until = self.words.moment(&of.expires_at);
        let name = of.member.name.clone().unwrap_or_default();
        self.words.with("staff-invited", &[("name", Arg::Text(&name)), ("until", Arg::Text(&until))])
    }

    fn holds(of: &MemberView, permission: &str) -> bool {
        of.permissions.iter().any(|held| held == permission)
    }

    /// Whether whoever looks may change somebody at all.
    fn changes(&self, of: &MemberView) -> bool {
        !of.me && (self.owner || !of.owner)
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    invited: Option<&StaffInvitationView>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let staff = operator.office.staff().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        giveable: operator.office.permissions().names(),
        owner: staff.members.iter().any(|one| one.me && one.owner),
        staff: &staff,
        invited,
    };
    operator.page(refusal, &page)
}

/// Takes an invitation, or the decision on the second factor.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    let form = Form::of(request, body).await?;
    let done = match form.text("step") {
        "second-factor" => rule(&operator, &form).await,
        _ => match answer(invite(&operator, &form).await)? {
            Ok(invited) => return render(&operator, request, Some(&invited), None).await,
            Err(refusal) => Err(refusal.into()),
        },
    };
    match operator.after(request, &form, done, paths::OFFICE_STAFF).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, None, Some(&refusal)).await,
    }
}

async fn rule(operator: &Operator, form: &Form) -> Done<&'static str> {
    operator.office.proved_lately().await?;
    let wish = SecondFactorRequest { required: form.text("required") == "1" };
    operator.office.set_second_factor_rule(wish).await.map(|_| "saved")
}

async fn invite(operator: &Operator, form: &Form) -> Done<StaffInvitationView> {
    operator.office.proved_lately().await?;
    let preset = form.text("preset");
    let usual = operator.office.staff().await?.presets.into_iter().find(|one| one.name == preset);
    let permissions = usual.map_or_else(|| ticked(form).names(), |usual| usual.permissions);
    let (name, owner) = (form.text("name").to_owned(), form.ticked("owner"));
    operator.office.invite_member(InviteMemberRequest { name, permissions, owner }).await
}

/// The permissions whose boxes were ticked.
fn ticked(form: &Form) -> Permissions {
    Permission::ALL.into_iter().filter(|one| form.ticked(&format!("may-{}", one.name()))).collect()
}

/// Takes a step about one of them.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    let form = Form::of(request, body).await?;
    let part = |name| request.raw_path_param(name).unwrap_or_default();
    let done = take(&operator, part("member"), part("step"), &form).await;
    match operator.after_step(request, &form, done, paths::OFFICE_STAFF).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, None, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    if !matches!(step, "change" | "remove") {
        return Err(Error::Refused(Refusal::NotFound));
    }
    operator.office.proved_lately().await?;
    if step == "remove" {
        sure(form)?;
        return operator.office.remove_member(id).await.map(|()| "removed");
    }
    let request = ChangeMemberRequest {
        name: form.given("name"),
        permissions: Some(kept(operator, id, ticked(form)).await?),
        owner: Some(form.ticked("owner")),
    };
    operator.office.change_member(id, request).await.map(|_| "saved")
}

/// What was ticked, and what the page could not offer because whoever looks does not hold it.
async fn kept(operator: &Operator, id: &str, ticked: Permissions) -> Done<Vec<String>> {
    let staff = operator.office.staff().await?;
    let member = staff.members.iter().find(|one| one.user_id == id && !one.owner);
    let held = member.map(|one| Permissions::from_names(&one.permissions)).transpose()?.unwrap_or_default();
    let beyond = held.without(&operator.office.permissions());
    Ok(ticked.iter().chain(beyond.iter()).collect::<Permissions>().names())
}
