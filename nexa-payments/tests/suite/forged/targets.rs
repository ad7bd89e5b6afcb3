//! Every gateway with a message that it takes: new ones come here.

use super::{Hears, Over, Signer, Target};
use crate::{
    card, connect, epay, evm,
    processors::{
        Desk, Fake,
        btcpay::BtcPay,
        cryptopay::CryptoPay,
        heleket::{Cryptomus, Heleket},
        nowpayments::NowPayments,
        oxapay::OxaPay,
        plisio::Plisio,
    },
    rial::{self, Redirect},
    sandbox, stars, stripe, ton, utxo,
};
use nexa_core::{
    conformance::gateway::{Fixture, opened},
    ports::gateway::Callback,
};
use nexa_payments::testing::{rial::Bank, wallet_address};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn all() -> Vec<Target> {
    let mut all = vec![
        processor::<OxaPay>("oxapay", Over::Bytes).await,
        processor::<NowPayments>("nowpayments", Over::Members).await,
        processor::<CryptoPay>("cryptopay", Over::Bytes).await,
        processor::<Heleket>("heleket", Over::Bytes).await,
        processor::<Cryptomus>("cryptomus", Over::Bytes).await,
        processor::<Plisio>("plisio", Over::Bytes).await,
        processor::<BtcPay>("btcpay", Over::Bytes).await,
        stripe::target().await,
        stars::target().await,
        card::target(),
        sandbox::target().await,
        returns("zarinpal", rial::zarinpal().await).await,
        returns("zibal", rial::zibal().await).await,
        returns("aqayepardakht", rial::aqayepardakht().await).await,
        returns("nextpay", rial::nextpay().await).await,
    ];
    all.extend(epay::targets().await);
    let overheard: Vec<_> = all.iter().map(|target| target.good.clone()).collect();
    let kinds = nexa_payments::kinds();
    let kind = |name: &str| kinds.iter().find(|kind| kind.name() == name).expect("a kind").as_ref();
    all.extend(deaf().into_iter().zip(overheard.iter().cycle()).map(|((name, config), good)| Target {
        name,
        gateway: connect(kind(name), config),
        hears: Hears::Nothing,
        now: 1_795_474_467,
        good: good.clone(),
        strange: overheard.clone(),
    }));
    all
}

async fn processor<F: Fake>(name: &'static str, over: Over) -> Target {
    let desk = Desk::<F>::new().await;
    let (invoice, opened) = opened(&desk, 0).await;
    let signed = |by: Signer| F::message(&opened.reference, invoice.due, by);
    Target {
        name,
        gateway: Arc::clone(&desk.gateway),
        hears: Hears::Signed(over),
        now: desk.now().as_second(),
        good: signed(Signer::Ours),
        strange: vec![signed(Signer::Another), signed(Signer::Nobody)],
    }
}

/// What a browser brings along says that all went well, for this attempt and for another one.
async fn returns<B: Bank>(name: &'static str, at: Redirect<B>) -> Target {
    let back = async |n: u32| -> Callback {
        let (_, opened) = opened(&at, n).await;
        at.back(&opened.reference, true)
    };
    Target {
        name,
        gateway: Arc::clone(&at.gateway),
        hears: Hears::Unsigned,
        now: at.now().as_second(),
        good: back(0).await,
        strange: vec![back(1).await],
    }
}

/// Those that hear of nothing: chains, and cards whose bank nobody listens to.
pub(crate) fn deaf() -> Vec<(&'static str, Value)> {
    let nowhere = ["http://127.0.0.1:9"];
    let coin = json!({ "key": utxo::KEY, "network": "regtest", "servers": nowhere });
    let token = json!({ "key": evm::other_key(), "servers": nowhere });
    let wallet = json!({ "address": ton::OWNER, "servers": nowhere });
    vec![
        ("card", card::config()),
        ("litecoin", coin.clone()),
        ("bitcoin", coin),
        ("usdt-bsc", token.clone()),
        ("usdt-polygon", token.clone()),
        ("usdc-polygon", token.clone()),
        ("usdt-arbitrum", token.clone()),
        ("usdc-base", token),
        ("usdt-tron", json!({ "addresses": ["TYJPRrdB5APNeRs4R7fYZSwW3TcrTKw2gx"], "servers": nowhere })),
        ("ton", wallet.clone()),
        ("usdt-ton", wallet),
        ("monero", json!({ "wallet_rpc": nowhere[0], "address": wallet_address("ours", 0) })),
    ]
}
