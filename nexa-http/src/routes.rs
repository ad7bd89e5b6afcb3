//! Every route, put together.

use crate::{
    api::{self, Told},
    counted,
    desk::{Asked, Config, Desk, Doors},
    docs,
    guard::Guarded,
    hooks, link,
    origin::SameSite,
    paths,
    problem::{self, Facts, Said},
    web,
};
use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result, Route, get, handler,
    http::{StatusCode, header},
    post,
};
use std::sync::Arc;

/// All routes of an installation, with the guard around them.
pub fn routes(doors: impl Doors, config: Config) -> impl Endpoint<Output = Response> + 'static {
    let desk = Arc::new(Desk::new(doors, config));
    let service = api::service();
    let api = Told::new(service.into_endpoint(), Arc::clone(&desk), &api::document::document());
    let pages = Route::new()
        .at(paths::HOME, get(web::landing::show))
        .at(paths::STYLE, get(web::assets::style))
        .at(paths::ASSET, get(web::assets::file))
        .at(paths::MANIFEST, get(web::pwa::manifest))
        .at(paths::WORKER, get(web::pwa::worker))
        .at(paths::OFFLINE, get(web::pwa::offline))
        .at(paths::ICON, get(web::pwa::icon_svg))
        .at(paths::ICON_SMALL, get(web::pwa::icon_small))
        .at(paths::ICON_LARGE, get(web::pwa::icon_large))
        .at(paths::ICON_MASKABLE, get(web::pwa::icon_maskable))
        .at(paths::SIGN_IN, get(web::sign_in::show).post(web::sign_in::submit))
        .at(paths::SIGN_IN_CODE, get(web::sign_in::ask_code).post(web::sign_in::by_code))
        .at(paths::SIGN_IN_TELEGRAM, get(web::sign_in::arrive).post(web::sign_in::by_telegram))
        .at(paths::TELEGRAM, get(web::telegram::go))
        .at(paths::SIGN_IN_MAIL, get(web::sign_in::by_link_button).post(web::sign_in::by_link))
        .at(paths::SIGN_UP, get(web::sign_in::offer).post(web::sign_in::make))
        .at(paths::SIGN_OUT, get(web::step_back).post(web::sign_in::out))
        .at(paths::BUY, get(web::buy::show).post(web::buy::submit))
        .at(paths::TRIAL, get(web::step_back).post(web::buy::trial))
        .at(paths::ORDERS, get(web::order::list))
        .at(paths::ORDER, get(web::order::show))
        .at(paths::ORDER_MARK, get(web::order::tell_mark))
        .at(paths::ORDER_WATCH, get(web::order::listen))
        .at(paths::ORDER_PRINT, get(web::order::print))
        .at(paths::ORDER_PDF, get(web::order::as_pdf))
        .at(paths::ORDER_RECEIPT, get(web::step_back).post(web::order::take_receipt))
        .at(paths::ORDER_STEP, get(web::step_back).post(web::order::take_step))
        .at(paths::WALLET, get(web::wallet::show).post(web::wallet::top_up))
        .at(paths::INVITE, get(web::invite::show).post(web::invite::withdraw))
        .at(paths::TICKETS, get(web::tickets::list).post(web::tickets::open))
        .at(paths::TICKET, get(web::tickets::show))
        .at(paths::TICKET_STEP, get(web::step_back).post(web::tickets::take_step))
        .at(paths::GIFT, get(web::gift::show).post(web::gift::submit))
        .at(paths::SUBSCRIPTIONS, get(web::subscription::list).post(web::subscription::adopt))
        .at(paths::SUBSCRIPTION, get(web::subscription::show))
        .at(paths::SUBSCRIPTION_STEP, get(web::step_back).post(web::subscription::take_step))
        .at(paths::ACCOUNT, get(web::account::show))
        .at(paths::EXPORT, get(web::account::export))
        .at(paths::PROVE, get(web::step_back).post(web::account::prove))
        .at(paths::ACCOUNT_STEP, get(web::step_back).post(web::account::take_step))
        .at(paths::PASSKEY, get(web::step_back).post(web::passkeys::take_step))
        .at(paths::NOTICES, get(web::notices::show).post(web::notices::choose))
        .at(paths::ACCOUNT_PUSH, get(web::push::key).post(web::push::change))
        .at(paths::OPERATOR, get(web::operator::offer).post(web::operator::claim))
        .at(paths::BACK, get(web::order::come_back))
        .at(paths::SANDBOX, get(web::sandbox::show))
        .at(paths::LINK, get(link::by_client).head(link::by_client))
        .at(paths::LINK_FORMAT, get(link::by_suffix).head(link::by_suffix))
        .at(paths::LINK_OPEN, get(link::open_app))
        .at(paths::LINK_LATENCY, post(link::report_latency))
        .at(paths::GUIDE, get(link::show_guide))
        .at(paths::HEALTH, get(health));
    let pages = with_furnishing(with_office(with_docs(with_help(pages))));
    let pages = Pages { inner: SameSite(pages), desk: Arc::clone(&desk) };
    let all = Route::new()
        .nest(paths::API, api)
        .at(paths::HOOK, get(hooks::receive).post(hooks::receive))
        .at(paths::BOT_HOOK, post(hooks::update))
        .nest("/", pages);
    Guarded::new(with_mail(all, &desk), desk)
}

/// What is there to read.
fn with_help(pages: Route) -> Route {
    pages
        .at(paths::HELP, get(web::help::list))
        .at(paths::ARTICLE, get(web::help::show).post(web::help::judge))
        .at(paths::TERMS, get(web::help::show_paper))
        .at(paths::PRIVACY, get(web::help::show_paper))
        .at(paths::REFUNDS, get(web::help::show_paper))
}

/// What developers read.
fn with_docs(pages: Route) -> Route {
    pages
        .at(paths::DOCS, get(docs::page))
        .at(paths::DOCS_ERRORS, get(docs::errors))
        .at(paths::DOCS_REFERENCE, get(docs::reference))
        .at(paths::DOCS_STYLE, get(docs::style))
        .at(paths::DOCS_SCRIPT, get(docs::script))
        .at(paths::DOCUMENT, get(docs::document))
}

/// What mail servers and mail programs post to by themselves, from no page of ours.
fn with_mail(all: Route, desk: &Arc<Desk>) -> Route {
    let desk = Arc::clone(desk);
    all.at(paths::LETTER_HOOK, post(hooks::letter)).at(
        paths::UNSUBSCRIBE,
        Pages { inner: get(web::unsubscribe::offer).post(web::unsubscribe::end), desk },
    )
}

/// The pages of those who run the shop.
fn with_office(pages: Route) -> Route {
    use web::office;
    pages
        .at(paths::OFFICE, get(office::overview::show))
        .at(paths::OFFICE_UNRESOLVED, get(office::unresolved::show))
        .at(paths::OFFICE_RECEIPTS, get(office::receipts::show).post(office::receipts::decide))
        .at(paths::OFFICE_RECEIPT_PICTURE, get(office::receipts::picture))
        .at(paths::OFFICE_REVIEWS, get(office::reviews::show).post(office::reviews::decide))
        .at(paths::OFFICE_DEPOSITS, get(office::deposits::show).post(office::deposits::decide))
        .at(paths::OFFICE_ORDERS, get(office::orders::list))
        .at(paths::OFFICE_ORDER, get(office::orders::show))
        .at(paths::OFFICE_ORDER_STEP, get(office::step_back).post(office::orders::take_step))
        .at(paths::OFFICE_USERS, get(office::users::list).post(office::users::find))
        .at(paths::OFFICE_USER, get(office::users::show))
        .at(paths::OFFICE_USER_STEP, get(office::step_back).post(office::users::take_step))
        .at(paths::OFFICE_SUBSCRIPTION, get(office::subscriptions::show))
        .at(paths::OFFICE_SUBSCRIPTION_STEP, get(office::step_back).post(office::subscriptions::take_step))
        .at(paths::OFFICE_TICKETS, get(office::tickets::list))
        .at(paths::OFFICE_TICKET, get(office::tickets::show))
        .at(paths::OFFICE_TICKET_PICTURE, get(office::tickets::picture))
        .at(paths::OFFICE_TICKET_STEP, get(office::step_back).post(office::tickets::take_step))
        .at(paths::OFFICE_SUPPORT, get(office::support::show).post(office::support::change))
        .at(paths::OFFICE_ARTICLES, get(office::articles::list).post(office::articles::arrange))
        .at(paths::OFFICE_ARTICLE, get(office::articles::edit).post(office::articles::save))
        .at(paths::OFFICE_TAKINGS, get(office::takings::show))
        .at(paths::OFFICE_IMPORT, get(office::import::show).post(office::import::take))
        .at(paths::OFFICE_AFFILIATES, get(office::affiliates::show).post(office::affiliates::decide))
        .at(paths::OFFICE_EXPORTS, get(office::exports::show))
        .at(paths::OFFICE_EXPORT, get(office::exports::download))
        .at(paths::OFFICE_ANALYTICS, get(office::analytics::show))
        .at(paths::OFFICE_STAFF, get(office::staff::show).post(office::staff::submit))
        .at(paths::OFFICE_STAFF_STEP, get(office::step_back).post(office::staff::take_step))
        .at(paths::OFFICE_AUDIT, get(office::audit::show))
        .at(paths::OFFICE_WEBHOOKS, get(office::webhooks::list).post(office::webhooks::add))
        .at(paths::OFFICE_WEBHOOK, get(office::webhooks::show))
        .at(paths::OFFICE_WEBHOOK_STEP, get(office::step_back).post(office::webhooks::take_step))
        .at(paths::OFFICE_PROOF, get(office::proof::show))
}

/// Those by which the shop is set up, and grows.
fn with_furnishing(pages: Route) -> Route {
    use web::office;
    pages
        .at(paths::OFFICE_RESELLERS, get(office::resellers::list).post(office::resellers::add))
        .at(paths::OFFICE_RESELLER, get(office::resellers::show))
        .at(paths::OFFICE_RESELLER_STEP, get(office::step_back).post(office::resellers::take_step))
        .at(paths::OFFICE_WHOLESALE, get(office::wholesale::show).post(office::wholesale::change))
        .at(paths::OFFICE_INVOICE, get(office::supply::invoice))
        .at(paths::OFFICE_INVOICE_PDF, get(office::supply::as_pdf))
        .at(paths::OFFICE_SUPPLY, get(office::supply::show).post(office::supply::take))
        .at(paths::OFFICE_BROADCASTS, get(office::broadcasts::list).post(office::broadcasts::draft))
        .at(paths::OFFICE_BROADCAST, get(office::broadcasts::show))
        .at(paths::OFFICE_BROADCAST_STEP, get(office::step_back).post(office::broadcasts::take_step))
        .at(paths::OFFICE_BULKS, get(office::bulks::show).post(office::bulks::take))
        .at(paths::OFFICE_SETTINGS, get(office::settings::show).post(office::settings::save))
        .at(paths::OFFICE_LOOK, get(office::settings::look))
        .at(
            paths::OFFICE_SETTINGS_LINKS,
            get(office::settings::links::show).post(office::settings::links::save),
        )
        .at(paths::OFFICE_SETTINGS_BOT, get(office::settings::bot::show).post(office::settings::bot::save))
        .at(
            paths::OFFICE_SETTINGS_GROWTH,
            get(office::settings::growth::show).post(office::settings::growth::save),
        )
        .at(
            paths::OFFICE_SETTINGS_TEXTS,
            get(office::settings::texts::show).post(office::settings::texts::save),
        )
        .at(paths::OFFICE_SETUP, get(office::setup::show))
        .at(paths::OFFICE_PLANS, get(office::plans::list))
        .at(paths::OFFICE_PLAN_NEW, get(office::plans::offer).post(office::plans::add))
        .at(paths::OFFICE_PLAN, get(office::plans::show))
        .at(paths::OFFICE_PLAN_STEP, get(office::step_back).post(office::plans::take_step))
        .at(paths::OFFICE_PACK_NEW, get(office::packs::offer).post(office::packs::add))
        .at(paths::OFFICE_PACK, get(office::packs::show))
        .at(paths::OFFICE_PACK_STEP, get(office::step_back).post(office::packs::take_step))
        .at(paths::OFFICE_GROUPS, get(office::groups::list).post(office::groups::add))
        .at(paths::OFFICE_GROUP, get(office::groups::show))
        .at(paths::OFFICE_GROUP_STEP, get(office::step_back).post(office::groups::take_step))
        .at(paths::OFFICE_SERVERS, get(office::servers::list))
        .at(paths::OFFICE_SERVER_NEW, get(office::servers::offer).post(office::servers::submit))
        .at(paths::OFFICE_SERVER, get(office::server::show))
        .at(paths::OFFICE_SERVER_STEP, get(office::step_back).post(office::server::take_step))
        .at(paths::OFFICE_GATEWAYS, get(office::gateways::list))
        .at(paths::OFFICE_GATEWAY_NEW, get(office::gateways::offer).post(office::gateways::add))
        .at(paths::OFFICE_GATEWAY, get(office::gateway::show))
        .at(paths::OFFICE_GATEWAY_STEP, get(office::step_back).post(office::gateway::take_step))
        .at(paths::OFFICE_RATES, get(office::rates::show).post(office::rates::submit))
        .at(paths::OFFICE_COUPONS, get(office::coupons::list))
        .at(paths::OFFICE_COUPON_NEW, get(office::coupons::offer).post(office::coupons::add))
        .at(paths::OFFICE_COUPON, get(office::coupons::show))
        .at(paths::OFFICE_COUPON_STEP, get(office::step_back).post(office::coupons::take_step))
}

/// Whether storage can be written to, and nobody has told the program to end; for a supervisor and for proxies.
#[handler]
async fn health(request: &Request) -> Result<Response> {
    let desk = crate::caller::desk_of(request)?;
    if desk.config.draining.has_begun() {
        return Ok(Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).body("draining\n"));
    }
    desk.doors.frontdesk().healthy().await.map_err(Said)?;
    Ok("ok\n".into_response())
}

/// Pages tell errors as pages to browsers, as problems to programs.
struct Pages<E> {
    inner: E,
    desk: Arc<Desk>,
}

impl<E: Endpoint> Endpoint for Pages<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let asked = Asked::of(&request);
        let error = match self.inner.call(request).await {
            Ok(answer) => return Ok(answer.into_response()),
            Err(error) => error,
        };
        if error.is_from_response() {
            // Somebody is sent elsewhere.
            return Ok(error.into_response());
        }
        problem::log(&error);
        let facts = Facts::of(&error);
        let (shop, words) = self.desk.face(&asked).await;
        let mut response = if asked.browser {
            web::told(&facts.problem(words.0), shop.as_ref(), words, &asked)?
        } else {
            facts.response(words.0)
        };
        counted::keep_route(&error, &mut response);
        if facts.status == StatusCode::METHOD_NOT_ALLOWED {
            let methods = if paths::takes_forms(&asked.path) { "GET, HEAD, POST" } else { "GET, HEAD" };
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(methods));
        }
        Ok(response)
    }
}
