//! What holds for customers' links: who is counted, at which hosts they live, and which client gets what. The table is
//! changed row by row; a form names the row that it was made for, so nobody changes another one by accident.

use super::{super::Operator, Typed};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        LinkHeaderView, LinkHostView, LinkRuleView, LinkRulesRequest, LinkRulesView, LinkSettingsRequest,
        LinkSettingsView,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/settings/links.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    settings: &'a LinkSettingsView,
    table: &'a LinkRulesView,
    typed: Typed<'a>,
    hosts: String,
}

impl Page<'_> {
    /// How a value is compared.
    const OPERATORS: [&'static str; 4] = ["contains", "equals", "starts_with", "version_at_least"];
    /// In which form links come.
    const FORMS: [&'static str; 8] =
        ["base64", "plain", "sing-box", "clash", "sip008", "xray", "wireguard", "page"];

    /// A rule as a whole: by this a form knows its row.
    fn mark(of: &LinkRuleView) -> String {
        mark(of)
    }

    fn headers(of: &LinkRuleView) -> String {
        let line = |header: &LinkHeaderView| format!("{}: {}", header.name, header.value);
        of.headers.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let settings = operator.office.link_settings().await.map_err(Said)?;
    let table = operator.office.link_rules().await.map_err(Said)?;
    let line = |of: &LinkHostView| format!("{} {}", of.host, of.state);
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        settings: &settings,
        table: &table,
        typed: Typed(form),
        hosts: settings.hosts.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    operator.page(refusal, &page)
}

/// Takes one part of it.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SETTINGS_LINKS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match form.text("part") {
        "devices" => {
            let request = LinkSettingsRequest { devices: form.given("devices"), hosts: None };
            office.update_link_settings(request).await.map(|_| "saved")
        }
        "hosts" => {
            let hosts = Some(hosts(form.text("hosts")));
            let request = LinkSettingsRequest { devices: None, hosts };
            office.update_link_settings(request).await.map(|_| "saved")
        }
        "standard" => office.set_link_rules(LinkRulesRequest { rules: None }).await.map(|_| "saved"),
        "rule" => {
            let mut rules = office.link_rules().await?.rules;
            change(&mut rules, form)?;
            office.set_link_rules(LinkRulesRequest { rules: Some(rules) }).await.map(|_| "saved")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}

/// A host on each line, and behind it what it is to be; `active` when nothing stands there.
fn hosts(text: &str) -> Vec<LinkHostView> {
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let host = words.next()?.to_owned();
        Some(LinkHostView { host, state: words.next().unwrap_or("active").to_owned() })
    };
    text.lines().filter_map(read).collect()
}

fn change(rules: &mut Vec<LinkRuleView>, form: &Form) -> Done<()> {
    let place = |known: &str| rules.iter().position(|rule| mark(rule) == known);
    let at = match form.text("mark") {
        "" => None,
        known => Some(place(known).ok_or(Refusal::AlreadyDecided)?),
    };
    match (form.text("step"), at) {
        ("remove", Some(at)) => drop(rules.remove(at)),
        ("up", Some(at)) if at > 0 => rules.swap(at, at - 1),
        ("up", Some(_)) => {}
        ("save", Some(at)) => {
            let rule = rule(form)?;
            if let Some(row) = rules.get_mut(at) {
                *row = rule;
            }
        }
        ("save", None) => rules.push(rule(form)?),
        _ => return Err(Refusal::NotFound.into()),
    }
    Ok(())
}

fn rule(form: &Form) -> Done<LinkRuleView> {
    let text = |field: &str| form.text(field).to_owned();
    let read = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some(LinkHeaderView { name: name.trim().to_owned(), value: value.trim().to_owned() })
    };
    let lines = form.text("headers").lines().filter(|line| !line.trim().is_empty());
    let headers: Option<Vec<_>> = lines.map(read).collect();
    Ok(LinkRuleView {
        header: text("header"),
        operator: text("operator"),
        value: text("value"),
        form: text("form"),
        headers: headers.ok_or_else(|| Refusal::bad_input("headers", "a name, a colon and a value"))?,
    })
}

fn mark(of: &LinkRuleView) -> String {
    let text = serde_json::to_vec(of).unwrap_or_default();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(text);
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}
