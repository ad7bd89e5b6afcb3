//! Who looks at a page, in which shop and language.

use super::{
    arrival,
    cookie::{self, Theme},
    face::{Face, Nav},
    office::sections::Ways,
};
use crate::{
    caller::desk_of,
    desk::{self, Asked, Desk},
    limits::Gate,
    paths,
    problem::{Facts, Fault, Said},
    say::Words,
};
use askama::Template;
use data_encoding::HEXLOWER;
use nexa_core::{
    backoffice::Backoffice,
    domain::{
        refusal::Refusal,
        shop::Locale,
        user::{Principal, Scope},
    },
    error::Error,
    frontdesk::ShopFace,
    storefront::{Storefront, model::SessionView},
};
use poem::{
    Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
    web::Multipart,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// By this the worker of the pages knows whose page it keeps.
const MARK: &str = "x-visitor";

/// A visitor of the pages.
pub struct Visitor {
    desk: Arc<Desk>,
    /// The shop.
    pub shop: ShopFace,
    /// Its language.
    pub words: Words,
    /// Who: a guest when there is no session or it has ended.
    pub who: Principal,
    /// The path of the page.
    pub path: String,
    /// Whether the page is only looked at.
    reads: bool,
    theme: Option<Theme>,
    address: std::net::IpAddr,
    client: Option<String>,
    invitation: Option<String>,
    campaign: Option<String>,
    cookies: Vec<HeaderValue>,
    /// Whether somebody left this browser: what it keeps of the pages goes.
    left: bool,
}

impl Visitor {
    /// The visitor of a request.
    pub async fn of(request: &Request) -> Result<Self> {
        let desk = desk_of(request)?;
        let shop = desk.shop(request).await.map_err(Said)?;
        let asked = Asked::of(request);
        let (mut cookies, mut left) = (Vec::new(), false);
        let named = desk::named(&asked.query);
        if let Some(named) = named {
            cookies.extend(cookie::remember(&desk.config, cookie::LANGUAGE, named.tag()));
        }
        let who = match cookie::session(request, &desk.config) {
            Some(token) => match desk.doors.frontdesk().principal(shop.id, token).await {
                Ok(who) => who,
                Err(Error::Refused(_)) => {
                    cookies.extend(cookie::close(&desk.config));
                    left = true;
                    Principal::guest(shop.id)
                }
                Err(failed) => return Err(Said(failed).into()),
            },
            None => Principal::guest(shop.id),
        };
        let words = Words(asked.locale.unwrap_or(shop.locale));
        let client = request.header(header::USER_AGENT).and_then(super::client::family);
        let (theme, address) = (cookie::theme(request), desk.client(request));
        let reads = request.method().is_safe();
        let invitation = arrival::invitation(request, &desk, &mut cookies);
        let campaign = arrival::campaign(request, &desk, &mut cookies);
        let path = asked.path;
        Ok(Self {
            desk,
            shop,
            words,
            who,
            path,
            reads,
            theme,
            address,
            client,
            invitation,
            campaign,
            cookies,
            left,
        })
    }

    /// The visitor of a page that is for customers only; a guest is sent to sign in, and back.
    pub async fn customer(request: &Request) -> Result<std::result::Result<Self, Response>> {
        let visitor = Self::of(request).await?;
        if visitor.is_signed_in() {
            return Ok(Ok(visitor));
        }
        Ok(Err(visitor.away()))
    }

    /// Sends a guest to sign in, and back to this page; a form that was posted is not repeated.
    #[must_use]
    pub fn away(&self) -> Response {
        let back = if self.reads { self.path.as_str() } else { paths::SUBSCRIPTIONS };
        self.to(&format!("{}?next={}", paths::SIGN_IN, percent(back)))
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.who.user_id.is_some()
    }

    /// The customer's port for this visitor.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Storefront> {
        self.desk.doors.storefront(self.who.clone())
    }

    /// The operator's port for this visitor, which refuses whoever does not run the shop.
    #[must_use]
    pub fn office(&self) -> Arc<dyn Backoffice> {
        self.desk.doors.backoffice(self.who.clone())
    }

    /// What the configuration says.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The language as the core takes it.
    #[must_use]
    pub fn tag(&self) -> String {
        self.words.lang().to_owned()
    }

    /// The family of the browser, for the list of sessions.
    #[must_use]
    pub fn client(&self) -> Option<String> {
        self.client.clone()
    }

    /// By whose invitation the visitor came, and by which campaign: what an account that is made shall say.
    #[must_use]
    pub fn came_by(&self) -> (Option<String>, Option<String>) {
        (self.invitation.clone(), self.campaign.clone())
    }

    /// Counts a try of what is worth trying.
    pub async fn take(&self, gate: Gate) -> std::result::Result<(), Error> {
        Ok(self.desk.limits.take(gate, self.address).await?)
    }

    /// Opens a session in this browser.
    pub async fn open(&mut self, session: &SessionView) -> std::result::Result<(), Error> {
        let left = session
            .expires_at
            .parse::<jiff::Timestamp>()
            .map(|end| end.duration_since(self.desk.config.world.now()).as_secs());
        self.cookies.extend(cookie::open(&self.desk.config, &session.token, left.unwrap_or(0)));
        self.who = self.desk.doors.frontdesk().principal(self.shop.id, &session.token).await?;
        Ok(())
    }

    /// Ends the session in this browser.
    pub fn close(&mut self) {
        self.cookies.extend(cookie::close(&self.desk.config));
        self.cookies.extend(cookie::forget(&self.desk.config, cookie::UNSAVED));
        self.left = true;
        self.who = Principal::guest(self.shop.id);
    }

    /// Who it is, for the worker that keeps pages: the same for the same customer, and nothing that tells whom.
    fn mark(&self) -> Option<HeaderValue> {
        let mut digest = Sha256::new_with_prefix(b"nexa visitor");
        digest.update(self.shop.id.to_string());
        digest.update(self.who.user_id?.to_string());
        HeaderValue::from_str(HEXLOWER.encode(&digest.finalize()).get(..16)?).ok()
    }

    /// Has the browser remember a choice.
    pub fn remember(&mut self, name: &str, value: &str) {
        self.cookies.extend(cookie::remember(&self.desk.config, name, value));
    }

    /// Has the browser hold a secret of its own for ten minutes.
    pub fn hold(&mut self, name: &str, value: &str) {
        self.cookies.extend(cookie::hold(&self.desk.config, name, value));
    }

    /// Has the browser forget a choice.
    pub fn forget(&mut self, name: &str) {
        self.cookies.extend(cookie::forget(&self.desk.config, name));
    }

    /// The frame of this page.
    #[must_use]
    pub fn face(&self) -> Face<'_> {
        let here = self.path.split('/').nth(1).unwrap_or_default();
        let operator = self.who.with(Scope::Manage).is_ok();
        let permissions = self.office().permissions();
        Face {
            theme: self.theme,
            worker: self.desk.config.service_worker,
            nav: Some(Nav {
                signed_in: self.is_signed_in(),
                operator,
                permissions,
                here: format!("/{here}"),
            }),
            office: paths::is_office(&self.path).then(|| Ways::of(&self.path, permissions)),
            // The answer to a form has no address of its own.
            languages: if self.reads { self.words.others(&self.path) } else { Vec::new() },
            ..Face::of(&self.shop)
        }
    }

    /// The language.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.words.0
    }

    /// A page for this visitor.
    pub fn page(&self, page: &impl Template) -> Result<Response> {
        self.page_with(StatusCode::OK, page)
    }

    /// A page that tells why something was not done, above what was filled in.
    pub fn refused(&self, refusal: &Refusal, page: &impl Template) -> Result<Response> {
        self.page_with(Facts::of_refusal(refusal).status, page)
    }

    fn page_with(&self, status: StatusCode, page: &impl Template) -> Result<Response> {
        let mut response = super::html(status, page)?;
        let vary = HeaderValue::from_static("cookie, accept-language");
        response.headers_mut().insert(header::VARY, vary);
        // With `no-referrer`, browsers without Fetch Metadata (Safari before 16.4) send `Origin: null` with our own forms
        // (Fetch, "append a request Origin header"). This tells other sites as little.
        let referrer = HeaderValue::from_static("same-origin");
        response.headers_mut().insert(header::REFERRER_POLICY, referrer);
        if let Some(mark) = self.mark() {
            response.headers_mut().insert(MARK, mark);
        }
        Ok(self.with_cookies(response))
    }

    /// Sends the visitor to another page, as a form that was done does.
    #[must_use]
    pub fn to(&self, path: &str) -> Response {
        let response =
            Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, path).finish();
        self.with_cookies(response)
    }

    /// Has a response carry the cookies of this visit.
    #[must_use]
    pub fn with_cookies(&self, mut response: Response) -> Response {
        if self.left {
            // Kept pages and the right to send messages here; the worker comes back with the next page.
            response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"storage\""));
        }
        for cookie in &self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }
}

/// A picture with a note, as the form of a receipt sends it.
pub struct Offered {
    /// The picture's bytes.
    pub picture: Vec<u8>,
    /// What the customer wrote beside it.
    pub note: String,
}

impl Offered {
    /// Reads the form.
    pub async fn of(form: &mut Multipart) -> Result<Self> {
        let mut offered = Self { picture: Vec::new(), note: String::new() };
        while let Some(field) = form.next_field().await.map_err(|_| Fault::BadForm)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|_| Fault::BadForm)?;
            match name.as_str() {
                "picture" => offered.picture = bytes,
                "note" => offered.note = String::from_utf8_lossy(&bytes).trim().to_owned(),
                _ => {}
            }
        }
        Ok(offered)
    }
}

/// What a use case said: its answer, or the refusal to show above the form. A failure is an accident and goes on.
pub fn answer<T>(result: nexa_core::error::Result<T>) -> Result<std::result::Result<T, Refusal>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(failed) => Err(Said(failed).into()),
    }
}

/// What the address says under a name.
#[must_use]
pub fn asked(name: &str, request: &Request) -> Option<String> {
    let query = Asked::of(request).query;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The slice of a list that the address names.
#[must_use]
pub fn cursor(request: &Request) -> Option<String> {
    asked("cursor", request).filter(|cursor| !cursor.is_empty())
}

/// A text as the value of a query.
#[must_use]
pub fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A path of this site to go on to; never another site, whatever the address says.
#[must_use]
pub fn safe_next(wish: &str) -> Option<&str> {
    let plain = wish.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (wish.starts_with('/') && !wish.starts_with("//") && plain && wish.len() <= 200).then_some(wish)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(safe_next("/orders/1?x=2"), Some("/orders/1?x=2"));
        for wrong in
            ["", "orders", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/ a"]
        {
            assert_eq!(safe_next(wrong), None, "{wrong:?}");
        }
    }
}
