//! Those who work in a shop's office: who lets them in, what they may do, and what stays of what they did.

use super::{App, and_second, by_number, enters, sets_second_factor, telegram};
use crate::world::{Shop, dollars, on_every_storage, refused};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::{
        Backoffice,
        model::{
            ApiKeyRequest, AuditRequest, BotRequest, ChangeMemberRequest, GroupRequest, InviteMemberRequest,
            SecondFactorRequest, ShopRequest, StaffInvitationView, TelegramRequest, WalletCorrection,
        },
    },
    domain::user::Principal,
    error::Result,
    frontdesk::Claimant,
    storefront::model::{OpenTicketRequest, PageRequest},
};
use std::sync::Arc;

on_every_storage!(
    a_colleague_comes_by_an_invitation_and_sets_a_second_factor_first,
    an_owner_has_a_day_for_the_second_factor,
    only_an_owner_decides_by_what_telegram_vouches,
    one_gives_and_takes_what_one_holds,
    whoever_is_taken_out_is_out_at_once,
    a_key_holds_no_more_than_its_maker_does_now,
    an_invitation_is_good_once_and_for_a_day,
    tickets_are_given_to_whoever_may_answer_them,
    everything_that_is_set_is_in_the_record,
);

fn wish(name: &str, permissions: &[&str]) -> InviteMemberRequest {
    let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
    InviteMemberRequest { name: name.to_owned(), permissions, owner: false }
}

fn to(permissions: &[&str]) -> ChangeMemberRequest {
    let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
    ChangeMemberRequest { name: None, permissions: Some(permissions), owner: None }
}

fn token(of: &StaffInvitationView) -> &str {
    of.link.rsplit('/').next().expect("a link")
}

async fn principal(shop: &Shop, token: &str) -> Principal {
    shop.door.principal(shop.id, token).await.expect("a token")
}

/// A colleague with these permissions and a second factor: the user's id, a session, and how to come again.
struct Colleague {
    id: String,
    session: String,
    number: String,
    app: App,
}

impl Colleague {
    async fn comes(shop: &Shop, by: &Arc<dyn Backoffice>, permissions: &[&str]) -> Self {
        let invited = by.invite_member(wish("Sara", permissions)).await.expect("invited");
        let keys = shop.door.claim(token(&invited)).await.expect("came");
        let session = enters(shop, by_number(&keys.account_number)).await.expect("a session").token;
        let store = shop.nexa.storefront(principal(shop, &session).await);
        let (app, _) = sets_second_factor(shop, &store).await;
        Self { id: invited.member.user_id, session, number: keys.account_number, app }
    }

    async fn office(&self, shop: &Shop) -> Arc<dyn Backoffice> {
        shop.nexa.backoffice(principal(shop, &self.session).await)
    }
}

async fn a_colleague_comes_by_an_invitation_and_sets_a_second_factor_first(shop: Shop) {
    let invited = shop.operator.invite_member(wish(" Sara ", &["support"])).await.expect("invited");
    assert_eq!(invited.member.name.as_deref(), Some("Sara"));
    assert!(!invited.member.joined && !invited.member.owner);
    let secret = token(&invited).to_owned();
    assert!(!format!("{invited:?}").contains(&secret), "the link is a secret");
    let open = shop.door.claim_is_open(shop.id, &secret).await.expect("asked");
    assert_eq!(open, Some(Claimant::Member), "no owner");
    let keys = shop.door.claim(&secret).await.expect("came");
    assert!(keys.api_key.is_empty(), "no key comes with it");
    let session = enters(&shop, by_number(&keys.account_number)).await.expect("a session").token;
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    for answer in [refused(office.shop().await), refused(office.proved_lately().await)] {
        assert_eq!(answer, "second_factor_required");
    }
    assert_eq!(refused(office.tickets(None, PageRequest::default()).await), "second_factor_required");
    let store = shop.nexa.storefront(principal(&shop, &session).await);
    store.wallet(PageRequest::default()).await.expect("an account like any other");
    let (app, _) = sets_second_factor(&shop, &store).await;
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    office.tickets(None, PageRequest::default()).await.expect("what they may");
    assert_eq!(refused(office.users(PageRequest::default()).await), "not_allowed");
    assert_eq!(refused(office.user("no id").await), "not_allowed", "what is wrong with an id is not told");
    assert_eq!(refused(enters(&shop, by_number(&keys.account_number)).await), "second_factor_needed");
    let with = and_second(by_number(&keys.account_number), &app.shows(&shop));
    enters(&shop, with).await.expect("with both");
    let staff = shop.operator.staff().await.expect("the staff");
    let sara = staff.members.iter().find(|one| one.name.is_some()).expect("Sara");
    assert!(sara.joined && sara.second_factor && !sara.me);
    assert_eq!(sara.permissions, ["support"]);
}

async fn an_owner_has_a_day_for_the_second_factor(shop: Shop) {
    let owner = InviteMemberRequest { owner: true, ..wish("Reza", &[]) };
    let invited = shop.operator.invite_member(owner).await.expect("invited");
    let number = shop.door.claim(token(&invited)).await.expect("came").account_number;
    let session = enters(&shop, by_number(&number)).await.expect("a session").token;
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    office.books().await.expect("everything, on the first day");
    shop.clock.advance(SignedDuration::from_hours(23));
    let session = enters(&shop, by_number(&number)).await.expect("a session").token;
    let store = shop.nexa.storefront(principal(&shop, &session).await);
    let number = store.new_account_number().await.expect("another number").account_number;
    shop.nexa.backoffice(principal(&shop, &session).await).books().await.expect("still the first day");
    shop.clock.advance(SignedDuration::from_hours(1));
    let session = enters(&shop, by_number(&number)).await.expect("a session").token;
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    assert_eq!(refused(office.books().await), "second_factor_required");
    assert_eq!(
        refused(office.set_second_factor_rule(SecondFactorRequest { required: false }).await),
        "second_factor_required",
        "nor can the rule be lifted without one"
    );
    let lifted = SecondFactorRequest { required: false };
    let view = shop.operator.set_second_factor_rule(lifted).await.expect("an owner who has one, or a key");
    assert!(!view.second_factor);
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    office.books().await.expect("not asked for any more");
}

async fn only_an_owner_decides_by_what_telegram_vouches(shop: Shop) {
    telegram::sets_bot(&shop).await;
    let sara = Colleague::comes(&shop, &shop.operator, &["settings"]).await;
    let office = sara.office(&shop).await;
    let token = format!("5768337692:{}", "A".repeat(35));
    let own = TelegramRequest { token, username: "other_bot".to_owned() };
    assert_eq!(refused(office.set_telegram(own).await), "not_allowed");
    assert_eq!(refused(office.clear_telegram().await), "not_allowed");
    let there = BotRequest { api_url: Some("https://bots.example".to_owned()), ..BotRequest::default() };
    assert_eq!(refused(office.update_bot(there.clone()).await), "not_allowed");
    let proxy = BotRequest { proxy: Some("http://p.example:1".to_owned()), ..BotRequest::default() };
    assert_eq!(refused(office.update_bot(proxy).await), "not_allowed");
    let silent = BotRequest { answers: Some(false), ..BotRequest::default() };
    let bot = office.update_bot(silent).await.expect("the rest").telegram.expect("the same bot");
    assert!(!bot.answers && bot.api_url.is_none() && !bot.has_proxy);
    shop.operator.update_bot(there).await.expect("by the owner");
}

async fn one_gives_and_takes_what_one_holds(shop: Shop) {
    let lead = Colleague::comes(&shop, &shop.operator, &["staff", "support"]).await;
    let office = lead.office(&shop).await;
    assert_eq!(refused(office.invite_member(wish("Ali", &["move_money"])).await), "not_allowed");
    let owner = InviteMemberRequest { owner: true, ..wish("Ali", &[]) };
    assert_eq!(refused(office.invite_member(owner).await), "not_allowed");
    assert_eq!(refused(office.invite_member(wish("Ali", &["everything"])).await), "bad_input");
    assert_eq!(refused(office.invite_member(wish(" ", &["support"])).await), "bad_input");
    let ali = office.invite_member(wish("Ali", &["support"])).await.expect("invited").member.user_id;
    assert_eq!(refused(office.change_member(&lead.id, to(&["support"])).await), "not_allowed", "themselves");
    assert_eq!(refused(office.change_member(&ali, to(&["support", "servers"])).await), "not_allowed");
    shop.operator.change_member(&ali, to(&["support", "servers"])).await.expect("by the owner");
    let kept = office.change_member(&ali, to(&["servers"])).await.expect("their own part");
    assert_eq!(kept.permissions, ["servers"]);
    assert_eq!(refused(office.change_member(&ali, to(&[])).await), "not_allowed", "not theirs to take");
    assert_eq!(refused(office.remove_member(&ali).await), "not_allowed");
    let me = shop.operator_is.user_id.expect("the owner").to_string();
    assert_eq!(refused(office.remove_member(&me).await), "not_allowed", "no owner");
    assert_eq!(refused(shop.operator.remove_member(&me).await), "not_allowed", "nor themselves");
    let lift = SecondFactorRequest { required: false };
    assert_eq!(refused(office.set_second_factor_rule(lift).await), "not_allowed", "an owner decides");
    assert_eq!(refused(office.change_member("x", to(&[])).await), "not_found");
    let customer = shop.customer().await;
    assert_eq!(refused(office.change_member(&customer.id, to(&[])).await), "not_found", "a customer");
    let other = shop.next_door().await;
    assert_eq!(refused(other.operator.change_member(&ali, to(&[])).await), "not_found", "of another shop");
    let owner = ChangeMemberRequest { owner: Some(true), ..to(&[]) };
    assert!(shop.operator.change_member(&lead.id, owner).await.expect("an owner").owner);
    lead.office(&shop).await.books().await.expect("everything");
    let back = ChangeMemberRequest { owner: Some(false), ..to(&["support"]) };
    assert_eq!(shop.operator.change_member(&lead.id, back).await.expect("no owner").permissions, ["support"]);
    assert_eq!(refused(lead.office(&shop).await.books().await), "not_allowed");
}

async fn whoever_is_taken_out_is_out_at_once(shop: Shop) {
    let sara = Colleague::comes(&shop, &shop.operator, &["staff", "support"]).await;
    let office = sara.office(&shop).await;
    let scopes = vec!["read".to_owned(), "manage".to_owned()];
    let key = ApiKeyRequest { label: "hers".to_owned(), scopes, permissions: None, days: 9 };
    let key = office.add_api_key(key).await.expect("a key").token.expect("shown once");
    principal(&shop, &key).await;
    shop.operator.remove_member(&sara.id).await.expect("taken out");
    for token in [&sara.session, &key] {
        assert_eq!(refused(shop.door.principal(shop.id, token).await), "not_signed_in");
    }
    let with = and_second(by_number(&sara.number), &sara.app.shows(&shop));
    let session = enters(&shop, with).await.expect("a customer like any other").token;
    let office = shop.nexa.backoffice(principal(&shop, &session).await);
    assert_eq!(refused(office.shop().await), "not_allowed");
    assert_eq!(refused(shop.operator.remove_member(&sara.id).await), "not_found");
    let never = shop.operator.invite_member(wish("Ali", &["support"])).await.expect("invited");
    shop.operator.remove_member(&never.member.user_id).await.expect("taken back");
    assert_eq!(refused(claimed(&shop, &never).await), "not_found");
}

async fn claimed(shop: &Shop, of: &StaffInvitationView) -> Result<()> {
    shop.door.claim(token(of)).await.map(drop)
}

async fn a_key_holds_no_more_than_its_maker_does_now(shop: Shop) {
    let sara = Colleague::comes(&shop, &shop.operator, &["staff", "support", "servers"]).await;
    let office = sara.office(&shop).await;
    let key = |permissions: Option<Vec<&str>>| ApiKeyRequest {
        label: "a program".to_owned(),
        scopes: vec!["read".to_owned(), "manage".to_owned()],
        permissions: permissions.map(|names| names.into_iter().map(str::to_owned).collect()),
        days: 9,
    };
    assert_eq!(refused(office.add_api_key(key(Some(vec!["gateways"]))).await), "not_allowed");
    let made = office.add_api_key(key(Some(vec!["servers", "staff"]))).await.expect("a key");
    assert_eq!(made.permissions, Some(vec!["servers".to_owned(), "staff".to_owned()]));
    let token = made.token.expect("shown once");
    let program = shop.nexa.backoffice(principal(&shop, &token).await);
    program.servers().await.expect("what it was made for");
    assert_eq!(refused(program.tickets(None, PageRequest::default()).await), "not_allowed");
    assert_eq!(refused(program.add_api_key(key(Some(vec!["support"]))).await), "not_allowed");
    let child = program.add_api_key(key(None)).await.expect("another").token.expect("shown once");
    let child = shop.nexa.backoffice(principal(&shop, &child).await);
    assert_eq!(refused(child.tickets(None, PageRequest::default()).await), "not_allowed", "as its maker");
    shop.operator.change_member(&sara.id, to(&["staff", "support"])).await.expect("less");
    let program = shop.nexa.backoffice(principal(&shop, &token).await);
    assert_eq!(refused(program.servers().await), "not_allowed", "what its maker may not any more");
}

async fn an_invitation_is_good_once_and_for_a_day(shop: Shop) {
    let once = shop.operator.invite_member(wish("Sara", &["support"])).await.expect("invited");
    claimed(&shop, &once).await.expect("came");
    assert_eq!(refused(claimed(&shop, &once).await), "not_found");
    let late = shop.operator.invite_member(wish("Ali", &["support"])).await.expect("invited");
    shop.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(shop.door.claim_is_open(shop.id, token(&late)).await.expect("asked"), None);
    assert_eq!(refused(claimed(&shop, &late).await), "not_found");
}

async fn tickets_are_given_to_whoever_may_answer_them(shop: Shop) {
    let sara = Colleague::comes(&shop, &shop.operator, &["support"]).await;
    let other = Colleague::comes(&shop, &shop.operator, &["servers"]).await;
    let customer = shop.customer().await;
    let question = OpenTicketRequest { subject: None, text: "?".to_owned(), subscription_id: None };
    let id = customer.shop.open_ticket(question, None).await.expect("a ticket").ticket.ticket_id;
    let office = sara.office(&shop).await;
    let staff = office.support_staff().await.expect("staff");
    assert_eq!(staff.len(), 2, "the owner and her");
    assert!(staff.iter().any(|one| one.me && one.name == "Sara" && one.user_id == sara.id));
    let taken = office.take_ticket(&id).await.expect("taken").ticket;
    assert_eq!(taken.assignee_id.as_ref(), Some(&sara.id));
    shop.operator.assign_ticket(&id, None).await.expect("put back");
    let given = shop.operator.assign_ticket(&id, Some(sara.id.clone())).await.expect("given").ticket;
    assert_eq!(given.assignee_id.as_ref(), Some(&sara.id));
    for nobody in [&other.id, &customer.id] {
        assert_eq!(refused(shop.operator.assign_ticket(&id, Some(nobody.clone())).await), "not_found");
    }
    assert_eq!(refused(other.office(&shop).await.take_ticket(&id).await), "not_allowed");
    shop.operator.change_member(&sara.id, to(&["servers"])).await.expect("less");
    assert_eq!(shop.operator.support_staff().await.expect("staff").len(), 1);
}

async fn everything_that_is_set_is_in_the_record(shop: Shop) {
    let office = &shop.operator;
    let of = |deed: &str| AuditRequest { deed: Some(deed.to_owned()), ..AuditRequest::default() };
    let all = PageRequest::default;
    let group = GroupRequest { name: "europe".to_owned(), spread: 0 };
    let group = office.add_group(group).await.expect("a group").group_id;
    let named = ShopRequest { name: Some("Faster Net".to_owned()), ..ShopRequest::default() };
    office.update_shop(named.clone()).await.expect("named");
    office.update_shop(named).await.expect("the same");
    let found = office.audit(of("shop_changed"), all()).await.expect("the record");
    assert_eq!(found.items.len(), 1, "the same again is no deed");
    let about = AuditRequest { about: Some(group.clone()), ..AuditRequest::default() };
    let found = office.audit(about, all()).await.expect("the record").items;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&*found[0].deed, &*found[0].about[0].what, &found[0].about[0].value),
        ("group_added", "group", &group)
    );
    for deed in ["server_added", "plan_added", "gateway_added", "gateway_changed"] {
        assert!(!office.audit(of(deed), all()).await.expect("the record").items.is_empty(), "{deed}");
    }
    let customer = shop.customer().await;
    let sara = Colleague::comes(&shop, office, &["see_customers", "move_money"]).await;
    let correction = WalletCorrection { amount: dollars(1) };
    sara.office(&shop)
        .await
        .correct_wallet(&customer.id, correction, "k".to_owned())
        .await
        .expect("corrected");
    let hers = AuditRequest { operator_id: Some(sara.id.clone()), ..AuditRequest::default() };
    let found = office.audit(hers, all()).await.expect("the record").items;
    let deeds: Vec<_> = found.iter().map(|one| one.deed.as_str()).collect();
    assert_eq!(deeds, ["wallet_corrected", "staff_joined"]);
    assert!(found.iter().all(|one| one.operator.as_deref() == Some("Sara")));
    let invited = office.audit(of("staff_invited"), all()).await.expect("the record").items.remove(0);
    let given = invited.about.iter().find(|one| one.what == "permissions").expect("what they were given");
    assert_eq!(given.value, "see_customers, move_money");
    let mut page = PageRequest { cursor: None, limit: Some(2) };
    let mut numbers = Vec::new();
    loop {
        let slice = office.audit(AuditRequest::default(), page).await.expect("a slice");
        numbers.extend(slice.items.iter().map(|one| one.number));
        let Some(next) = slice.next else { break };
        page = PageRequest { cursor: Some(next), limit: Some(2) };
    }
    let count = u64::try_from(numbers.len()).expect("few");
    assert_eq!(numbers, (1..=count).rev().collect::<Vec<_>>(), "each once, the last first");
    let chain = office.audit_chain().await.expect("checked");
    assert!(chain.intact && chain.deeds == count);
    assert_eq!(
        refused(office.audit(of("x"), PageRequest { cursor: Some("x".to_owned()), limit: None }).await),
        "bad_input"
    );
    let other = shop.next_door().await;
    let theirs = other.operator.audit(of("wallet_corrected"), all()).await.expect("their own");
    assert!(theirs.items.is_empty(), "of this shop only");
}
