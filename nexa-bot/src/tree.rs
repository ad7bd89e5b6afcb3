//! The table of contents: which scene answers what. To be read first.
#![expect(clippy::needless_pass_by_value, reason = "dptree hands every value over")]

use crate::{
    action::Action,
    admin,
    dialogue::Awaits,
    input::Input,
    scenes::{
        adopt, buy, connect, coupon, devices, gate, gifts, help, home, invite, lost, moves, order, pay,
        preferences, receipt, rename, settings, stars, start, subscription, tickets, topics, trial, wallet,
    },
    talk::{Outcome, Talk},
};
use dptree::case;

/// What answers something that somebody did: takes a `Talk` and a `Input`.
pub type Handler = dptree::Handler<'static, Outcome>;

/// Everything that the bot can do.
#[must_use]
pub fn tree() -> Handler {
    dptree::entry()
        // What somebody came with is kept before anything is asked of them.
        .inspect(start::keep)
        // Money comes before every gate.
        .branch(case![Input::PreCheckout(query)].endpoint(stars::pre_checkout))
        .branch(case![Input::Paid(message)].endpoint(stars::paid))
        .branch(dptree::filter(gate::is_locked).endpoint(gate::unlock))
        .branch(dptree::filter_map(gate::language_chosen).endpoint(gate::speak))
        .branch(dptree::filter(gate::wants_language).endpoint(gate::languages))
        .branch(dptree::filter_map(gate::terms_accepted).endpoint(gate::accept))
        .branch(dptree::filter(gate::wants_terms).endpoint(gate::terms))
        .branch(dptree::filter_async(gate::wants_channel).endpoint(gate::channel))
        .branch(case![Input::Start(payload)].endpoint(start::start))
        .branch(case![Input::Command(name)].chain(commands()))
        .branch(case![Input::Tap(action)].chain(taps()))
        .branch(dptree::filter_map(awaited).chain(answers()))
        .endpoint(lost::answer)
}

/// What is typed with a slash, and stands in the bot's menu.
fn commands() -> Handler {
    let named = |wanted: &'static str| dptree::filter(move |name: String| name == wanted);
    dptree::entry()
        .branch(named("buy").endpoint(buy::plans))
        .branch(named("services").endpoint(subscription::list))
        .branch(named("wallet").endpoint(wallet::wallet))
        .branch(named("settings").endpoint(settings::settings))
        .branch(named("help").endpoint(help::help))
        .branch(named("office").endpoint(admin::office))
        .endpoint(home::home)
}

/// What buttons do.
fn taps() -> Handler {
    dptree::entry()
        .branch(case![Action::Home].endpoint(home::home))
        .branch(case![Action::Joined].endpoint(start::onward))
        .branch(case![Action::Trial].endpoint(trial::trial))
        .branch(case![Action::Adopt].endpoint(adopt::ask))
        .branch(buying())
        .branch(services())
        .branch(orders())
        .branch(talking())
        .branch(case![Action::Wallet].endpoint(wallet::wallet))
        .branch(case![Action::TopUp].endpoint(wallet::top_up))
        .branch(case![Action::TopUpBy(minor)].endpoint(wallet::top_up_by))
        .branch(case![Action::Settings].endpoint(settings::settings))
        .branch(case![Action::Languages].endpoint(gate::languages))
        .branch(case![Action::Preferences].endpoint(preferences::preferences))
        .branch(case![Action::Hear(matter, on)].endpoint(preferences::hear))
        .branch(case![Action::Quiet(on)].endpoint(preferences::quiet))
        .branch(case![Action::Invite].endpoint(invite::invite))
        .branch(case![Action::Help].endpoint(help::help))
        .branch(case![Action::Topics].endpoint(topics::topics))
        .branch(case![Action::TopicsOn(about)].endpoint(topics::on))
        .branch(case![Action::Article(article)].endpoint(topics::article))
        .branch(case![Action::Judge(article, helped)].endpoint(topics::judge))
        .branch(dptree::filter(|talk: Talk| talk.visitor().operator).chain(admin::taps()))
}

/// From the plans to the payment.
fn buying() -> Handler {
    dptree::entry()
        .branch(case![Action::Plans].endpoint(buy::plans))
        .branch(case![Action::Plan(plan)].endpoint(buy::plan))
        .branch(case![Action::PlanIn(plan, region)].endpoint(buy::plan_in))
        .branch(case![Action::Renew(subscription)].endpoint(buy::renew))
        .branch(case![Action::Changes(subscription)].endpoint(buy::changes))
        .branch(case![Action::Change(subscription, plan)].endpoint(buy::change))
        .branch(case![Action::Packs(subscription)].endpoint(buy::packs))
        .branch(case![Action::Pack(subscription, pack)].endpoint(buy::pack))
        .branch(case![Action::EnterCoupon].endpoint(coupon::ask))
        .branch(case![Action::DropCoupon].endpoint(coupon::drop_it))
        .branch(case![Action::BuyWith(coupon)].endpoint(coupon::given))
        .branch(case![Action::Checkout(cart, method)].endpoint(pay::checkout))
        .branch(case![Action::Keep(cart)].endpoint(pay::keep))
}

/// What one has.
fn services() -> Handler {
    dptree::entry()
        .branch(case![Action::Subscriptions].endpoint(subscription::list))
        .branch(case![Action::Subscription(subscription)].endpoint(subscription::one))
        .branch(case![Action::Usage(subscription)].endpoint(subscription::usage))
        .branch(case![Action::AutoRenew(subscription, on)].endpoint(subscription::auto_renew))
        .branch(case![Action::ResetLink(subscription)].endpoint(subscription::reset_link))
        .branch(case![Action::ResetLinkNow(subscription, mark)].endpoint(subscription::reset_link_now))
        .branch(case![Action::Moves(subscription)].endpoint(moves::ask))
        .branch(case![Action::MoveTo(subscription, region)].endpoint(moves::go))
        .branch(case![Action::Rename(subscription)].endpoint(rename::ask))
        .branch(case![Action::Link(subscription)].endpoint(connect::link))
        .branch(case![Action::Connect(subscription)].endpoint(connect::connect))
        .branch(case![Action::ConnectOn(subscription, platform)].endpoint(connect::on))
        .branch(case![Action::Devices(subscription)].endpoint(devices::list))
        .branch(case![Action::RemoveDevice(subscription, device)].endpoint(devices::remove))
}

/// What is being paid, and was.
fn orders() -> Handler {
    dptree::entry()
        .branch(case![Action::Orders].endpoint(order::list))
        .branch(case![Action::Order(order)].endpoint(order::one))
        .branch(case![Action::Methods(order)].endpoint(order::methods))
        .branch(case![Action::Pay(order, method)].endpoint(pay::pay))
        .branch(case![Action::CancelOrder(order)].endpoint(order::cancel))
        .branch(case![Action::SendReceipt(order, payment)].endpoint(receipt::ask))
}

/// Questions to the shop, and gifts.
fn talking() -> Handler {
    dptree::entry()
        .branch(case![Action::Tickets].endpoint(tickets::list))
        .branch(case![Action::Ticket(ticket)].endpoint(tickets::one))
        .branch(case![Action::Ask].endpoint(tickets::ask))
        .branch(case![Action::Say(ticket)].endpoint(tickets::say))
        .branch(case![Action::CloseTicket(ticket)].endpoint(tickets::close))
        .branch(case![Action::Gifts].endpoint(gifts::list))
        .branch(case![Action::GiftPlans].endpoint(gifts::plans))
        .branch(case![Action::GiftPlan(plan)].endpoint(gifts::plan))
        .branch(case![Action::TakeBack(order)].endpoint(gifts::take_back))
        .branch(case![Action::Claim(gift)].endpoint(gifts::claim))
        .branch(case![Action::ClaimFor(gift, subscription)].endpoint(gifts::claim_for))
}

/// What texts and pictures answer.
fn answers() -> Handler {
    dptree::entry()
        .branch(case![Awaits::TopUp].branch(case![Input::Typed(text)].endpoint(wallet::top_up_typed)))
        .branch(case![Awaits::Service].branch(case![Input::Typed(text)].endpoint(adopt::take)))
        .branch(case![Awaits::Coupon].branch(case![Input::Typed(text)].endpoint(coupon::take)))
        .branch(
            case![Awaits::Receipt { order, payment }]
                .branch(case![Input::Pictured(picture)].endpoint(receipt::take))
                .endpoint(receipt::again),
        )
        .branch(case![Awaits::Question].endpoint(tickets::open))
        .branch(case![Awaits::Words(ticket)].endpoint(tickets::reply))
        .branch(case![Awaits::Name(subscription)].branch(case![Input::Typed(text)].endpoint(rename::take)))
        .branch(dptree::filter(|talk: Talk| talk.visitor().operator).chain(admin::answers()))
}

/// What the next text or picture answers, if something was asked.
fn awaited(talk: Talk, input: Input) -> Option<Awaits> {
    matches!(input, Input::Typed(_) | Input::Pictured(_)).then(|| talk.memory().awaits)?
}
