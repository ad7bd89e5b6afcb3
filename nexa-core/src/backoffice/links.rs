//! The operator's decisions on links, between the contract and the domain. Parses; the rules are in the domain.

use super::{
    model::{
        LinkHeaderView, LinkHostView, LinkRuleView, LinkRulesRequest, LinkRulesView, LinkSettingsRequest,
        LinkSettingsView,
    },
    request::unit,
};
use crate::{
    domain::{
        link::{
            rules::{Form, Rule, Rules},
            settings::{LinkHost, LinkSettings},
        },
        refusal::Refusal,
    },
    storefront::view::word,
};

/// The shop's table, or the standard one.
pub(super) fn rules(of: &LinkSettings) -> LinkRulesView {
    let own = of.rules.clone().and_then(|rules| Rules::new(rules).ok());
    let standard = own.is_none();
    let table = own.unwrap_or_else(Rules::standard);
    LinkRulesView { standard, rules: table.list().iter().map(rule).collect() }
}

fn rule(of: &Rule) -> LinkRuleView {
    let header =
        |(name, value): &(String, String)| LinkHeaderView { name: name.clone(), value: value.clone() };
    LinkRuleView {
        header: of.header.clone(),
        operator: word(&of.operator),
        value: of.value.clone(),
        form: of.form.name().to_owned(),
        headers: of.headers.iter().map(header).collect(),
    }
}

/// The settings with another table.
pub(super) fn with_rules(was: LinkSettings, request: LinkRulesRequest) -> Result<LinkSettings, Refusal> {
    let read = |rule: LinkRuleView| -> Result<Rule, Refusal> {
        Ok(Rule {
            header: rule.header,
            operator: unit("operator", &rule.operator)?,
            value: rule.value,
            form: Form::named(&rule.form).ok_or(Refusal::bad_input("form", "unknown"))?,
            headers: rule.headers.into_iter().map(|h| (h.name, h.value)).collect(),
        })
    };
    let rules =
        request.rules.map(|list| list.into_iter().map(read).collect::<Result<Vec<_>, _>>()).transpose()?;
    // As they are compared, so that what is shown is what counts.
    let rules = rules.map(|list| Rules::new(list).map(|rules| rules.list().to_vec())).transpose()?;
    Ok(LinkSettings { rules, ..was })
}

pub(super) fn settings(of: &LinkSettings) -> LinkSettingsView {
    let host = |host: &LinkHost| LinkHostView { host: host.host.clone(), state: word(&host.state) };
    LinkSettingsView { devices: word(&of.devices), hosts: of.hosts.iter().map(host).collect() }
}

pub(super) fn changed(was: LinkSettings, request: LinkSettingsRequest) -> Result<LinkSettings, Refusal> {
    let host = |host: LinkHostView| -> Result<LinkHost, Refusal> {
        Ok(LinkHost { host: host.host.to_lowercase(), state: unit("state", &host.state)? })
    };
    let hosts = request.hosts.map(|hosts| hosts.into_iter().map(host).collect::<Result<Vec<_>, _>>());
    let devices = request.devices.map(|rule| unit("devices", &rule)).transpose()?;
    Ok(LinkSettings {
        devices: devices.unwrap_or(was.devices),
        hosts: hosts.transpose()?.unwrap_or(was.hosts),
        rules: was.rules,
    })
}
