//! Whether services that were made by hand on the panels may be brought along, and which plan they get.

use crate::{
    action::Action,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{backoffice::model::ShopRequest, ids::PlanId, text::Arg};

/// Plans that are shown to choose from.
const MOST: usize = 20;

/// What holds now, and the plans that they could get.
pub async fn adoption(talk: Talk) -> Outcome {
    let office = talk.office();
    let set = office.shop().await?.adoption_plan_id;
    let plans = office.plans().await?;
    let is_set = |id: &str| set.as_deref() == Some(id);
    let now = match plans.iter().find(|plan| is_set(&plan.plan_id)) {
        Some(plan) => talk.tell("bot-adoption-on", &[("plan", Arg::Text(&plan.name))]),
        None => talk.say("bot-adoption-off"),
    };
    let mut screen =
        Screen::titled(&talk.say("bot-adoption")).line(&talk.say("bot-adoption-text")).strong(&now);
    // Extras cannot be had for what is there already.
    let others = plans.iter().filter(|plan| !is_set(&plan.plan_id) && plan.extras.is_empty());
    for plan in others.take(MOST) {
        if let Ok(id) = plan.plan_id.parse() {
            screen = screen.tap(&plan.name, Action::AdoptAs(id));
        }
    }
    if set.is_some() {
        screen = screen.row([talk.key("bot-adoption-stop", Action::NoAdoption)]);
    }
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

/// They get this plan.
pub async fn adopt_as(talk: Talk, plan: PlanId) -> Outcome {
    set(talk, plan.to_string()).await
}

/// They are not taken over.
pub async fn none(talk: Talk) -> Outcome {
    set(talk, String::new()).await
}

async fn set(talk: Talk, plan: String) -> Outcome {
    let request = ShopRequest { adoption_plan_id: Some(plan), ..ShopRequest::default() };
    talk.office().update_shop(request).await?;
    adoption(talk).await
}
