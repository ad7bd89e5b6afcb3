//! Who is asking: turned from the `Authorization` header into a port of the core, made for that caller.

use crate::{
    desk::{self, Desk},
    problem::Said,
};
use nexa_core::{
    backoffice::Backoffice,
    domain::{refusal::Refusal, user::Principal},
    error::Error,
    frontdesk::ShopFace,
    storefront::Storefront,
};
use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::{SecurityScheme, auth::Bearer};
use std::sync::Arc;

/// A caller and the shop it stands in.
#[derive(Clone)]
pub struct Caller {
    desk: Arc<Desk>,
    /// The shop.
    pub shop: ShopFace,
    /// Who.
    pub who: Principal,
}

impl Caller {
    /// The caller of a request; a guest when no token was sent, refused when a wrong one was.
    pub async fn of(request: &Request) -> Result<Self, Said> {
        let desk = desk_of(request)?;
        let shop = desk.shop(request).await?;
        let who = match desk::bearer(request.headers()) {
            Some(token) => desk.doors.frontdesk().principal(shop.id, token).await?,
            None => Principal::guest(shop.id),
        };
        Ok(Self { desk, shop, who })
    }

    /// The customer's port.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Storefront> {
        self.desk.doors.storefront(self.who.clone())
    }

    /// The operator's port.
    #[must_use]
    pub fn office(&self) -> Arc<dyn Backoffice> {
        self.desk.doors.backoffice(self.who.clone())
    }
}

/// The desk that the routes were made with.
pub fn desk_of(request: &Request) -> Result<Arc<Desk>, Said> {
    let missing = || nexa_core::error::Failure::core("the routes were mounted without their desk");
    request.data::<Arc<Desk>>().cloned().ok_or_else(|| Said(Error::Failed(missing())))
}

/// Anybody, signed in or not.
pub struct Anybody(pub Caller);

impl<'a> FromRequest<'a> for Anybody {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(Caller::of(request).await?))
    }
}

/// A session token, or an API key made with `POST /v1/admin/keys`.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "token", checker = "signed_in")]
pub struct SignedIn(pub Caller);

async fn signed_in(request: &Request, _: Bearer) -> Result<Caller> {
    let caller = Caller::of(request).await?;
    match caller.who.user_id {
        Some(_) => Ok(caller),
        None => Err(Said::from(Refusal::NotSignedIn).into()),
    }
}

impl SignedIn {
    /// The customer's port.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Storefront> {
        self.0.store()
    }

    /// The operator's port.
    #[must_use]
    pub fn office(&self) -> Arc<dyn Backoffice> {
        self.0.office()
    }
}
