//! What a visitor of the buying page is after: something new, or something for a subscription.

use crate::{problem::Said, say::Words, web::Visitor};
use nexa_core::{
    storefront::model::{LocationView, MoneyView, PackView, PlanView, Purpose},
    text::Arg,
};
use poem::Result;

/// What the visitor is after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Aim {
    New,
    Renewal,
    Change,
    Traffic,
    Devices,
}

/// Something that can be bought.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) price: String,
    /// The same for the form: what is shown is what is charged.
    pub(super) shown: String,
}

/// Items that belong together.
pub(super) struct Group {
    pub(super) title: Option<String>,
    pub(super) items: Vec<Item>,
}

/// What is on sale for an aim.
pub(super) struct Sold {
    pub(super) groups: Vec<Group>,
    pub(super) locations: Vec<LocationView>,
    /// What the subscription is called.
    pub(super) of: Option<String>,
}

impl Aim {
    /// The aim of an address or a form.
    pub(super) fn of(subscription: &str, pack: &str, change: &str) -> Self {
        match (subscription.is_empty(), pack, change.is_empty()) {
            (true, ..) => Self::New,
            (false, "traffic", _) => Self::Traffic,
            (false, "devices", _) => Self::Devices,
            (false, _, false) => Self::Change,
            (false, _, true) => Self::Renewal,
        }
    }

    pub(super) const fn is_for_a_customer(self) -> bool {
        !matches!(self, Self::New)
    }

    pub(super) const fn purpose(self) -> Purpose {
        match self {
            Self::New => Purpose::New,
            Self::Renewal => Purpose::Renewal,
            Self::Change => Purpose::Change,
            Self::Traffic => Purpose::TrafficPack,
            Self::Devices => Purpose::DevicePack,
        }
    }

    /// The kind of pack, as the page's address and form name it.
    pub(super) const fn pack(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::Devices => "devices",
            _ => "",
        }
    }

    pub(super) const fn is_change(self) -> bool {
        matches!(self, Self::Change)
    }

    pub(super) fn title(self, words: Words, of: Option<&str>) -> String {
        let key = match self {
            Self::New => return words.get("page-buy-title"),
            Self::Renewal => "renew",
            Self::Change => "page-change-plan",
            Self::Traffic => "page-more-traffic",
            Self::Devices => "page-more-devices",
        };
        format!("{}: {}", words.get(key), of.unwrap_or_default())
    }

    pub(super) fn hint(self, words: Words) -> Option<String> {
        let key = match self {
            Self::New | Self::Renewal => return None,
            Self::Change => "purchase-change-rule",
            Self::Traffic => "purchase-pack-traffic-rule",
            Self::Devices => "purchase-pack-devices-rule",
        };
        Some(words.get(key))
    }

    pub(super) async fn sold(self, visitor: &Visitor, subscription: &str) -> Result<Sold> {
        let (words, store) = (visitor.words, visitor.store());
        if self == Self::New {
            let offer = store.offer().await.map_err(Said)?;
            return Ok(Sold { groups: grouped(words, offer.plans), locations: offer.locations, of: None });
        }
        let held = store.subscription(subscription).await.map_err(Said)?;
        let of = Some(held.name.clone().unwrap_or_else(|| held.plan_name.clone()));
        let items = match self {
            Self::Traffic | Self::Devices => {
                let packs = store.packs().await.map_err(Said)?;
                packs.into_iter().filter(|pack| pack.kind == self.pack()).map(|p| pack(words, p)).collect()
            }
            Self::Change => {
                let mut items = Vec::new();
                for other in store.plans().await.map_err(Said)? {
                    if other.extras == held.extras && other.plan_id != held.plan_id {
                        items.push(changed(visitor, subscription, other).await);
                    }
                }
                items
            }
            _ => {
                let plans = store.plans().await.map_err(Said)?;
                let fitting = plans.into_iter().filter(|plan| plan.extras == held.extras);
                fitting.map(|p| plan(words, p)).collect()
            }
        };
        let groups = if items.is_empty() { Vec::new() } else { vec![Group { title: None, items }] };
        Ok(Sold { groups, locations: Vec::new(), of })
    }
}

fn plan(words: Words, of: PlanView) -> Item {
    let (days, traffic) = (words.days(of.days), words.traffic(of.traffic_bytes));
    let detail = format!("{days} · {traffic} · {}", words.devices(of.devices));
    Item { price: words.money(&of.price), shown: plainly(&of.price), detail, id: of.plan_id, name: of.name }
}

/// An amount as a form carries it: `500 USD`, in minor units.
fn plainly(of: &MoneyView) -> String {
    format!("{} {}", of.minor, of.currency)
}

fn pack(words: Words, of: PackView) -> Item {
    let detail = match of.kind.as_str() {
        "traffic" => words.traffic(of.amount),
        _ => words.devices(u32::try_from(of.amount).unwrap_or(u32::MAX)),
    };
    Item { price: words.money(&of.price), shown: plainly(&of.price), detail, id: of.pack_id, name: of.name }
}

/// A plan to change to, with what is to be paid for it after what is left of the old one.
async fn changed(visitor: &Visitor, subscription: &str, of: PlanView) -> Item {
    let words = visitor.words;
    let quote = visitor.store().change_quote(subscription, &of.plan_id).await.ok();
    let mut item = plan(words, of);
    if let Some(quote) = quote {
        let credit = format!("{}: {}", words.get("page-credit"), words.money(&quote.credit));
        item.detail = format!("{} · {credit}", item.detail);
        if quote.to_wallet.minor > 0 {
            let back = format!("{}: {}", words.get("page-to-wallet"), words.money(&quote.to_wallet));
            item.detail = format!("{} · {back}", item.detail);
        }
        (item.price, item.shown) = (words.money(&quote.due), plainly(&quote.due));
    }
    item
}

/// Plans by their extras, those without first; titles only where there is more than one group.
fn grouped(words: Words, mut plans: Vec<PlanView>) -> Vec<Group> {
    plans.sort_by_key(|plan| (plan.extras.len(), plan.extras.clone(), plan.days, plan.price.minor));
    let mut groups: Vec<(Vec<String>, Vec<Item>)> = Vec::new();
    for of in plans {
        let extras = of.extras.clone();
        let item = plan(words, of);
        match groups.last_mut() {
            Some((same, items)) if *same == extras => items.push(item),
            _ => groups.push((extras, vec![item])),
        }
    }
    let several = groups.len() > 1;
    let titled = |(extras, items): (Vec<String>, Vec<Item>)| Group {
        title: several.then(|| title(words, &extras)),
        items,
    };
    groups.into_iter().map(titled).collect()
}

fn title(words: Words, extras: &[String]) -> String {
    if extras.is_empty() {
        return words.get("page-plain-plans");
    }
    let named: Vec<String> = extras.iter().map(|extra| words.extra(extra)).collect();
    let with = named.join(&words.get("page-and"));
    words.with("page-plans-with", &[("extras", Arg::Text(&with))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::domain::shop::Locale;

    #[test]
    fn an_address_says_what_is_wanted() {
        assert_eq!(Aim::of("", "traffic", "1"), Aim::New);
        assert_eq!(Aim::of("s", "", ""), Aim::Renewal);
        assert_eq!(Aim::of("s", "", "1"), Aim::Change);
        assert_eq!(Aim::of("s", "traffic", ""), Aim::Traffic);
        assert_eq!(Aim::of("s", "devices", ""), Aim::Devices);
        assert_eq!(Aim::of("s", "other", ""), Aim::Renewal);
    }

    #[test]
    fn plans_with_the_same_extras_stand_together() {
        let plan = |id: &str, days: u32, extras: &[&str]| PlanView {
            plan_id: id.into(),
            name: id.into(),
            days,
            traffic_bytes: 1 << 30,
            devices: 1,
            extras: extras.iter().map(|extra| (*extra).to_owned()).collect(),
            price: MoneyView { minor: 100, currency: "USD".into() },
        };
        let words = Words(Locale::En);
        let ids = |groups: &[Group]| -> Vec<Vec<String>> {
            groups.iter().map(|g| g.items.iter().map(|i| i.id.clone()).collect()).collect()
        };
        let groups =
            grouped(words, vec![plan("b", 90, &[]), plan("x", 30, &["multi_hop"]), plan("a", 30, &[])]);
        assert_eq!(ids(&groups), [vec!["a", "b"], vec!["x"]]);
        assert!(groups.iter().all(|group| group.title.is_some()));
        assert!(grouped(words, vec![plan("a", 30, &[])])[0].title.is_none());
    }
}
