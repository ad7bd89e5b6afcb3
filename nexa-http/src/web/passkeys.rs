//! Passkeys, for the script of the pages: questions and answers as JSON. Without the script nothing here is reached.

use super::{Visitor, sign_in::next_of, sign_in::sign_in};
use crate::{
    desk,
    limits::Gate,
    paths,
    problem::{Fault, Said},
};
use nexa_core::{
    domain::refusal::Refusal,
    error::Result as Done,
    storefront::model::{PasskeyProof, SignInRequest},
};
use poem::{Body, Request, Response, Result, handler};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the script sends with an answer.
#[derive(Deserialize)]
struct Answer {
    state: String,
    response: Value,
    next: Option<String>,
}

/// Whether passkeys work on this page: the shop has them, and they belong to the host that the visitor sees.
pub async fn offered(visitor: &Visitor, request: &Request) -> bool {
    let asked = visitor.store().passkey_ask().await;
    asked.is_ok_and(|asked| asked.options["publicKey"]["rpId"] == desk::host(request).as_str())
}

/// Takes one step of the script.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let told = match step {
        "ask" => visitor.store().passkey_ask().await.map(|asked| json!(asked)),
        "begin" => visitor.store().passkey_begin().await.map(|asked| json!(asked)),
        "add" | "prove" | "sign-in" => {
            let bytes = body.into_vec().await.map_err(|_| Fault::BadForm)?;
            let answer = serde_json::from_slice(&bytes).map_err(|_| Fault::BadForm)?;
            take(&mut visitor, step, answer).await
        }
        _ => Err(Refusal::NotFound.into()),
    };
    let told = told.map_err(Said)?.to_string();
    Ok(visitor.with_cookies(Response::builder().content_type("application/json").body(told)))
}

/// Takes an answer; says where to go on.
async fn take(visitor: &mut Visitor, step: &str, answer: Answer) -> Done<Value> {
    let Answer { state, response, next } = answer;
    let proof = PasskeyProof { state, response };
    let next = match step {
        "add" => {
            visitor.take(Gate::Account).await?;
            visitor.store().passkey_add(proof, visitor.client()).await?;
            format!("{}?done=saved", paths::ACCOUNT)
        }
        "prove" => {
            visitor.take(Gate::Account).await?;
            visitor.store().prove(wish(visitor, proof)).await?;
            next_of(next.as_deref())
        }
        _ => {
            let wish = wish(visitor, proof);
            sign_in(visitor, wish).await?;
            next_of(next.as_deref())
        }
    };
    Ok(json!({ "next": next }))
}

fn wish(visitor: &Visitor, proof: PasskeyProof) -> SignInRequest {
    SignInRequest { passkey: Some(proof), client: visitor.client(), ..SignInRequest::default() }
}
