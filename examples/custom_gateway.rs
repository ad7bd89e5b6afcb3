//! A gateway of one's own: a bank whose book of transfers another program keeps in a file. Customers write a code on
//! their transfer. It sells a month through it, then runs the core's suites for gateways and their kinds.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program to read: it shows what happens, or stops"
)]

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    address::outbound::Range,
    backoffice::model::UpdateGatewayRequest,
    conformance::gateway::{Fixture, KindFixture, Outage, connects_only_what_works, run_all},
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        payment::{Finality, Movement, Observation, PayStep, Policy},
        refusal::Refusal,
        setting::{Field, Input},
    },
    ids::GatewayId,
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Signal,
        },
        outcome::Outcome,
    },
    prelude::*,
    secret::Secret,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A line of the bank's book.
#[derive(Clone, Serialize, Deserialize)]
struct Transfer {
    id: String,
    code: String,
    cents: i64,
    finality: Finality,
    at: Timestamp,
}

/// What an operator types to be paid so.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    book: PathBuf,
    iban: String,
}

struct BankKind;

impl GatewayKind for BankKind {
    fn name(&self) -> &'static str {
        "bank"
    }

    fn fields(&self) -> Vec<Field> {
        vec![Field::new("book", Input::Text).needed(), Field::new("iban", Input::Text).needed()]
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let bad = Refusal::bad_config;
        let config =
            Config::deserialize(config.expose()).map_err(|_| bad("config", "expected book and iban"))?;
        if !(15..=34).contains(&config.iban.len()) {
            return Err(bad("iban", "15 to 34 characters"));
        }
        Ok(Arc::new(Bank::new(config, setting.test)))
    }
}

struct Bank {
    config: Config,
    profile: GatewayProfile,
}

impl Bank {
    fn new(config: Config, test: bool) -> Self {
        let day = SignedDuration::from_hours(24);
        let profile = GatewayProfile {
            asset: Currency::Eur,
            confirm: Confirm::Inspect,
            matching: Matching::Reference,
            minimum: Some(Money::new(100, Currency::Eur)),
            maximum: None,
            policy: Policy { tolerance_bp: 0, window: day * 3, watch: day * 30 },
            refunds: Refunds::Never,
            test,
        };
        Self { config, profile }
    }

    /// The transfers that `wanted` picks. A book that cannot be read is no empty book.
    fn look(&self, wanted: impl Fn(&Transfer) -> bool) -> Outcome<Vec<Observation>> {
        let Ok(text) = fs::read(&self.config.book) else {
            return Outcome::Unreachable("the book cannot be read".to_owned());
        };
        match serde_json::from_slice::<Vec<Transfer>>(&text) {
            Ok(book) => Outcome::Done(book.iter().filter(|one| wanted(one)).map(observed).collect()),
            Err(_) => Outcome::Ambiguous("the book holds something else".to_owned()),
        }
    }
}

/// The fact, and nothing of what it means: that is the core's to decide.
fn observed(transfer: &Transfer) -> Observation {
    Observation {
        reference: transfer.code.clone(),
        family: "bank".to_owned(),
        movement: transfer.id.clone(),
        amount: Money::new(transfer.cents, Currency::Eur),
        raw: transfer.cents.to_string(),
        finality: transfer.finality,
        anchor: None,
        occurred_at: transfer.at,
    }
}

#[async_trait]
impl Gateway for Bank {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if invoice.due.currency != Currency::Eur || invoice.due.minor < 100 {
            return Outcome::Rejected("one euro is the least".to_owned());
        }
        // Made of the payment's id alone, so that the same invoice gets the same code.
        let reference = invoice.payment_id.to_string().replace('-', "").to_uppercase();
        let (address, memo) = (self.config.iban.clone(), Some(reference.clone()));
        let uri = format!("bank:{address}?amount={}&text={reference}", invoice.due.decimal());
        Outcome::Done(Opened { step: PayStep::Transfer { address, uri, memo }, reference })
    }

    fn read(&self, _callback: &Callback, _now: Timestamp) -> Reading {
        Reading { signal: Signal::Forged, reply: String::new() }
    }

    async fn inspect(&self, expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        let is_ours = |code: &str| expected.iter().any(|one| one.reference == code);
        self.look(|transfer| is_ours(&transfer.code) && transfer.finality != Finality::Dropped)
    }

    async fn recheck(&self, movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        self.look(|transfer| movements.iter().any(|one| one.family == "bank" && one.id == transfer.id))
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        let lines = vec![format!("Compare the account: {}", self.config.iban)];
        self.look(|_| false).map(|_| GatewayCheck { lines })
    }
}

/// The bank's own program.
struct Book(PathBuf);

impl Book {
    fn change(&self, step: impl FnOnce(&mut Vec<Transfer>)) -> Option<()> {
        let mut book = serde_json::from_slice(&fs::read(&self.0).ok()?).ok()?;
        step(&mut book);
        fs::write(&self.0, serde_json::to_vec(&book).ok()?).ok()
    }

    fn enter(&self, code: &str, amount: Money, finality: Finality) -> String {
        let mut id = String::new();
        self.change(|book| {
            id = format!("transfer {}", book.len() + 1);
            let (id, code, at) = (id.clone(), code.to_owned(), Timestamp::UNIX_EPOCH);
            book.push(Transfer { id, code, cents: amount.minor, finality, at });
        });
        id
    }
}

/// The bank under test, and the power over its book.
struct UnderTest {
    bank: Arc<Bank>,
    book: Book,
    _folder: tempfile::TempDir,
}

fn config(folder: &Path) -> Config {
    Config { book: folder.join("book.json"), iban: "DE02120300000000202051".to_owned() }
}

fn under_test() -> UnderTest {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path());
    fs::write(&config.book, "[]").expect("a book");
    let book = Book(config.book.clone());
    UnderTest { bank: Arc::new(Bank::new(config, true)), book, _folder: folder }
}

#[async_trait]
impl Fixture for UnderTest {
    fn gateway(&self) -> Arc<dyn Gateway> {
        self.bank.clone()
    }
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.book.enter(&opened.reference, amount, Finality::Seen)
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        self.book.enter(&opened.reference, amount, Finality::Confirmed)
    }
    async fn drop_transfer(&self, movement: &str) {
        self.book.change(|book| {
            let gone = book.iter_mut().filter(|one| one.id == movement);
            gone.for_each(|one| one.finality = Finality::Dropped);
        });
    }
    async fn outage(&self, outage: Outage) {
        let (book, aside) = (&self.book.0, self.book.0.with_extension("aside"));
        // What does not work shows in the suite.
        let _moved = match outage {
            Outage::None => fs::rename(aside, book),
            Outage::Garbage => fs::rename(book, aside).and_then(|()| fs::write(book, "<html>")),
            _ => fs::rename(book, aside),
        };
    }
    fn outages(&self) -> Vec<Outage> {
        vec![Outage::Refused, Outage::Garbage]
    }
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.book.0.display().to_string()]
    }
}

impl KindFixture for UnderTest {
    fn kind(&self) -> Arc<dyn GatewayKind> {
        Arc::new(BankKind)
    }
    fn setting(&self) -> GatewaySetting {
        GatewaySetting {
            gateway_id: GatewayId::from(uuid::Uuid::from_u128(1)),
            callback_url: "https://vpn.example.org/hooks".to_owned(),
            public_url: "https://vpn.example.org".to_owned(),
            test: true,
            range: Range::Anywhere,
        }
    }
    fn good(&self) -> Value {
        json!({ "book": self.book.0, "iban": self.bank.config.iban })
    }
    fn unusable(&self) -> Vec<(&'static str, Value)> {
        vec![("no IBAN", json!({ "book": self.book.0, "iban": "DE02" }))]
    }
    fn private(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    fn placeholders(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}

async fn sell_a_month(outside: &UnderTest) -> Result<String> {
    let clock = nexa_core::sim::world(1, Timestamp::UNIX_EPOCH);
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .world(clock.0)
        .panel_kind(Arc::new(FakePanelKind::default()))
        .gateway_kind(Arc::new(BankKind))
        .build();
    let shop = nexa.install("Home VPN", Currency::Eur, Locale::En, true, None).await?.shop_id;
    let office = nexa.owner(shop).await?;
    let price = Money::new(500, Currency::Eur);
    office.add_server(AddServerRequest::new("Home", "memory", json!({ "name": "home" }))).await?;
    let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;
    let (kind, name, config) = ("bank".to_owned(), "Bank transfer".to_owned(), outside.good());
    let gateway = office.add_gateway(AddGatewayRequest { kind, name, config }).await?.gateway_id;
    let on = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
    office.update_gateway(&gateway, on).await?;

    let guest = nexa.storefront(Principal::guest(shop));
    let user = guest.sign_up(SignUpRequest::default()).await?.session.user_id;
    let customer = nexa.customer(shop, &user).await?;
    let order = customer.checkout(CheckoutRequest::of_plan(&plan.plan_id, &gateway), None).await?;
    let code = order.payment.and_then(|payment| payment.memo).unwrap_or_default();
    println!("The customer transfers {} with the code {code}.", price.decimal());
    outside.book.enter(&code, price, Finality::Confirmed);
    for _ in 0..4 {
        clock.1.advance(SignedDuration::from_mins(1));
        nexa.worker().tick().await?;
    }
    Ok(customer.order(&order.order_id).await?.state)
}

fn main() -> Result<()> {
    let outside = under_test();
    futures::executor::block_on(async {
        println!("The order is {}.", sell_a_month(&outside).await?);
        connects_only_what_works(&outside);
        println!("All {} cases of the gateway suite passed.", run_all(async || under_test()).await);
        Ok(())
    })
}
