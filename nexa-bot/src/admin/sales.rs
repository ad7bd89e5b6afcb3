//! What was sold today, beside the same day a week ago; and the switch that closes the shop.

use crate::{
    action::Action,
    dialogue::Awaits,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    backoffice::model::{DaySalesView, MaintenanceRequest},
    storefront::model::MoneyView,
    text::{self, Arg},
};

/// Plans and ways to pay that are named.
const MOST: usize = 5;

/// Today.
pub async fn today(talk: Talk) -> Outcome {
    let sales = talk.office().sales(None).await?;
    let day = talk.date(&format!("{}T12:00:00Z", sales.day));
    let now = &sales.sales;
    let mut screen = Screen::titled(&talk.tell("bot-sales", &[("day", Arg::Text(&day))]))
        .strong(&revenue(&talk, "bot-sales-revenue", now))
        .line(&revenue(&talk, "bot-sales-week-before", &sales.week_before))
        .gap();
    for plan in now.by_plan.iter().take(MOST) {
        let name = plan.name.clone().unwrap_or_else(|| talk.say("bot-sales-packs"));
        screen = screen.line(&share(&talk, &name, plan.orders, &plan.sum));
    }
    for method in now.by_method.iter().take(MOST) {
        let name = method.name.clone().unwrap_or_else(|| talk.say("wallet"));
        screen = screen.line(&share(&talk, &name, method.orders, &method.sum));
    }
    let counts = [
        ("users", Arg::Number(i64::from(now.new_users))),
        ("trials", Arg::Number(i64::from(now.trials))),
        ("renewals", Arg::Number(i64::from(now.renewals))),
        ("refunds", Arg::Number(i64::from(now.refunds))),
    ];
    let screen = screen.gap().line(&talk.tell("bot-sales-counts", &counts));
    talk.show(screen.row([talk.key("bot-back", Action::Office)])).await
}

fn share(talk: &Talk, name: &str, orders: u32, sum: &MoneyView) -> String {
    let orders = text::digits(talk.locale(), &orders.to_string());
    format!("{name} × {orders}: {}", talk.money(sum))
}

fn revenue(talk: &Talk, key: &str, of: &DaySalesView) -> String {
    let amount = talk.money(&of.revenue);
    talk.tell(key, &[("amount", Arg::Text(&amount)), ("orders", Arg::Number(i64::from(of.orders)))])
}

/// Closes the shop or opens it. While it is closed customers buy nothing, and everything that they have goes on.
pub async fn maintenance(talk: Talk, on: bool) -> Outcome {
    if on {
        talk.remember(|memory| memory.awaits = Some(Awaits::Maintenance));
        let screen =
            Screen::says(&talk.say("bot-maintenance-ask")).row([talk.key("bot-never", Action::Office)]);
        return talk.show(screen).await;
    }
    talk.office().set_maintenance(MaintenanceRequest { on: false, note: None }).await?;
    super::office(talk).await
}

/// Closes it with these words for customers.
pub async fn close(talk: Talk, words: String) -> Outcome {
    talk.office().set_maintenance(MaintenanceRequest { on: true, note: Some(words) }).await?;
    talk.remember(|memory| memory.awaits = None);
    super::office(talk).await
}
