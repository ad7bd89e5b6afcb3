//! How a "no" and an accident are told: `application/problem+json` (RFC 9457), in the caller's language.
//!
//! One table maps every refusal to a status. A failure is never shown raw; its text goes to the log.

use crate::say;
use nexa_core::{
    domain::{refusal::Refusal, shop::Locale},
    error::{Error, Retry},
    storefront::model::MoneyView,
};
use poem::{
    Response,
    error::{MethodNotAllowedError, NotFoundError, ReadBodyError, ResponseError},
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiResponse, Object,
    error::{
        AuthorizationError, ContentTypeError, ParseMultipartError, ParseParamError, ParsePathError,
        ParseRequestPayloadError,
    },
    registry::{MetaResponses, Registry},
};

/// Why a request was not done.
#[derive(Clone, PartialEq, Eq, Debug, Object)]
pub struct Problem {
    /// A name for the kind of problem, `urn:nexavpn:` and the code.
    #[oai(rename = "type")]
    pub kind: String,
    /// What happened in general, in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code to program against, e.g. `not_enough_funds`.
    pub code: String,
    /// What happened here, in the caller's language; fit to be shown.
    pub detail: String,
    /// Which field of the request is wrong.
    #[oai(skip_serializing_if_is_none)]
    pub field: Option<String>,
    /// What is wrong, in English, for developers.
    #[oai(skip_serializing_if_is_none)]
    pub reason: Option<String>,
    /// Of codes with the status 429: seconds to wait.
    #[oai(skip_serializing_if_is_none)]
    pub wait_seconds: Option<u32>,
    /// Of `too_large` the bytes allowed, of `weak_password` the least number of characters.
    #[oai(skip_serializing_if_is_none)]
    pub limit: Option<u32>,
    /// Of `selection_grew`: how many there are now.
    #[oai(skip_serializing_if_is_none)]
    pub count: Option<u32>,
    /// Of `not_enough_funds` and `return_not_covered` what is missing, of `below_minimum` and `below_floor` the least, of
    /// `above_maximum` the greatest amount, of `price_changed` the price now.
    #[oai(skip_serializing_if_is_none)]
    pub amount: Option<MoneyView>,
    /// Of `wrong_currency` the one that was expected, of `no_fresh_rate` the one without a rate.
    #[oai(skip_serializing_if_is_none)]
    pub currency: Option<String>,
    /// Of `extra_not_offered`: the extras that are missing.
    #[oai(skip_serializing_if_is_none)]
    pub extras: Option<Vec<String>>,
    /// Of `maintenance`: what the shop says about it; may be empty.
    #[oai(skip_serializing_if_is_none)]
    pub note: Option<String>,
}

/// What an operation says instead of its answer.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Said(#[from] pub Error);

impl From<Refusal> for Said {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.into())
    }
}

impl ResponseError for Said {
    fn status(&self) -> StatusCode {
        Facts::of_core(&self.0).status
    }
}

// The problem responses are added to every operation of the document at once (`api/document.rs`).
impl ApiResponse for Said {
    fn meta() -> MetaResponses {
        MetaResponses { responses: Vec::new() }
    }
    fn register(_: &mut Registry) {}
}

/// What HTTP itself gets wrong, before the core is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{self:?}")]
pub enum Fault {
    /// The request's body is larger than allowed.
    TooLarge,
    /// A form that cannot be read.
    BadForm,
    /// A form from another site.
    CrossSite,
    /// Our own mistake.
    Internal,
}

impl ResponseError for Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Everything that a problem is made of, without its language.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: String,
    refusal: Option<Refusal>,
    field: Option<String>,
    reason: Option<String>,
    wait_seconds: Option<u32>,
}

impl Facts {
    fn new(status: StatusCode, code: &str) -> Self {
        Self { status, code: code.to_owned(), refusal: None, field: None, reason: None, wait_seconds: None }
    }

    fn because(self, reason: &impl ToString) -> Self {
        // What a parser says may quote the request; a bound keeps it from becoming a mirror.
        Self { reason: Some(reason.to_string().chars().take(200).collect()), ..self }
    }

    fn at(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }

    /// The facts of a refusal.
    #[must_use]
    pub fn of_refusal(refusal: &Refusal) -> Self {
        let mut facts = Self::new(status(refusal), refusal.code());
        match refusal {
            Refusal::BadInput { field, reason } => facts = facts.at(field).because(reason),
            Refusal::BadConfig { setting, reason } => facts = facts.at(setting).because(reason),
            Refusal::InFlight => facts.wait_seconds = Some(1),
            other => facts.wait_seconds = other.parameters().wait_seconds,
        }
        Self { refusal: Some(refusal.clone()), ..facts }
    }

    /// The facts of the core's error.
    #[must_use]
    pub fn of_core(error: &Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::of_refusal(refusal),
            Error::Offline { wait_seconds } => Self {
                wait_seconds: Some(*wait_seconds),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            },
            Error::Failed(failure) => {
                let wait = match failure.retry {
                    Retry::Again | Retry::Soon => Some(2),
                    Retry::Later => Some(60),
                    Retry::Never => None,
                };
                let (status, code) = match wait {
                    Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
                    None => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
                };
                Self { wait_seconds: wait, ..Self::new(status, code) }
            }
        }
    }

    /// The facts of whatever the framework says.
    #[must_use]
    pub fn of(error: &poem::Error) -> Self {
        if let Some(Said(core)) = error.downcast_ref::<Said>() {
            return Self::of_core(core);
        }
        if error.is::<AuthorizationError>() {
            return Self::of_refusal(&Refusal::NotSignedIn);
        }
        if error.is::<NotFoundError>() {
            return Self::new(StatusCode::NOT_FOUND, "unknown_path");
        }
        if error.is::<MethodNotAllowedError>() {
            return Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        }
        if error.is::<ContentTypeError>() {
            return Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type").because(error);
        }
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return Self::of_fault(*fault);
        }
        Self::of_parsing(error)
    }

    fn of_fault(fault: Fault) -> Self {
        let code = match fault {
            Fault::TooLarge => "too_large",
            Fault::BadForm => "bad_form",
            Fault::CrossSite => "cross_site",
            Fault::Internal => "internal",
        };
        Self::new(fault.status(), code)
    }

    fn of_parsing(error: &poem::Error) -> Self {
        let bad = StatusCode::BAD_REQUEST;
        if let Some(payload) = error.downcast_ref::<ParseRequestPayloadError>() {
            return Self::new(bad, "bad_json").because(&payload.reason);
        }
        if let Some(form) = error.downcast_ref::<ParseMultipartError>() {
            return Self::new(bad, "bad_form").because(&form.reason);
        }
        if let Some(param) = error.downcast_ref::<ParseParamError>() {
            return Self::new(bad, "bad_parameter").at(param.name).because(&param.reason);
        }
        if let Some(path) = error.downcast_ref::<ParsePathError>() {
            return Self::new(bad, "bad_parameter").at(path.name).because(&path.reason);
        }
        if error.is::<ReadBodyError>() || error.status().is_client_error() {
            return Self::new(error.status(), "bad_request");
        }
        Self::of_fault(Fault::Internal)
    }

    /// The problem in a language.
    #[must_use]
    pub fn problem(&self, locale: Locale) -> Problem {
        let detail = match &self.refusal {
            Some(refusal) => say::refusal(locale, refusal),
            None => say::get(locale, &format!("web-problem-{}", self.code.replace('_', "-"))),
        };
        let values = self.refusal.as_ref().map(Refusal::parameters).unwrap_or_default();
        Problem {
            kind: format!("urn:nexavpn:{}", self.code),
            title: say::get(locale, title(self.status)),
            status: self.status.as_u16(),
            code: self.code.clone(),
            detail,
            field: self.field.clone(),
            reason: self.reason.clone(),
            wait_seconds: values.wait_seconds,
            limit: values.limit,
            count: values.count,
            amount: values
                .amount
                .map(|it| MoneyView { minor: it.minor, currency: it.currency.code().to_owned() }),
            currency: values.currency.map(|it| it.code().to_owned()),
            extras: values.extras.map(|it| it.names().into_iter().map(str::to_owned).collect()),
            note: values.note,
        }
    }

    /// The answer in a language.
    #[must_use]
    pub fn response(&self, locale: Locale) -> Response {
        use poem_openapi::types::ToJSON;
        let body = self.problem(locale).to_json().unwrap_or_default().to_string();
        let mut builder = Response::builder()
            .status(self.status)
            .content_type("application/problem+json")
            .header(header::CONTENT_LANGUAGE, locale.tag());
        if let Some(seconds) = self.wait_seconds {
            builder = builder.header(header::RETRY_AFTER, seconds.max(1).to_string());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            builder = builder.header(header::WWW_AUTHENTICATE, "Bearer");
        }
        builder.body(body)
    }
}

/// The status of each refusal: the one table.
#[must_use]
pub const fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::NotSignedIn | Refusal::BadSignature => StatusCode::UNAUTHORIZED,
        Refusal::NotAllowed | Refusal::Blocked | Refusal::SecondFactorRequired => StatusCode::FORBIDDEN,
        Refusal::TooManyAttempts { .. }
        | Refusal::TooManyRemovals { .. }
        | Refusal::TooManyResets { .. }
        | Refusal::TooManyMoves { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::InFlight | Refusal::AlreadyDecided | Refusal::SaidMeanwhile => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "web-title-signed-out",
        403 => "web-title-forbidden",
        404 => "web-title-missing",
        409 => "web-title-conflict",
        413 => "web-title-large",
        422 => "web-title-refused",
        429 => "web-title-slow",
        500.. => "web-title-accident",
        _ => "web-title-wrong",
    }
}

/// Writes a failure to the log, where alone its text may go.
pub fn log(error: &poem::Error) {
    match error.downcast_ref::<Said>() {
        Some(Said(Error::Failed(failure))) => {
            tracing::error!(part = ?failure.part, what = %failure.what, "failed");
        }
        None if error.status().is_server_error() => tracing::error!(%error, "failed"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::error::Failure;

    #[test]
    fn every_refusal_is_a_4xx_in_every_language() {
        for refusal in Refusal::examples() {
            for locale in Locale::ALL {
                let facts = Facts::of_refusal(&refusal);
                assert!(facts.status.is_client_error(), "{refusal}");
                let problem = facts.problem(locale);
                assert_eq!(problem.code, refusal.code());
                assert!(!problem.detail.is_empty() && !problem.title.is_empty());
            }
        }
    }

    #[test]
    fn failures_tell_nothing() {
        let raw = Error::Failed(Failure::storage("secret path and SQL"));
        let facts = Facts::of_core(&raw);
        assert_eq!(facts.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!format!("{:?}", facts.problem(Locale::En)).contains("secret"));
        let broken = Facts::of_core(&Error::Failed(Failure::core("x")));
        assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn waiting_is_told() {
        let facts = Facts::of_refusal(&Refusal::TooManyAttempts { wait_seconds: 30 });
        let response = facts.response(Locale::En);
        assert_eq!(response.header("retry-after"), Some("30"));
        assert_eq!(response.content_type(), Some("application/problem+json"));
    }
}
