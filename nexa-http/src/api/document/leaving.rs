//! Operations that are on their way out: their document says `deprecated`, and their answers `Deprecation` (RFC 9745,
//! <https://www.rfc-editor.org/rfc/rfc9745>) and `Sunset` (RFC 8594, <https://www.rfc-editor.org/rfc/rfc8594>).
//!
//! One row here is all that it takes. What replaces the operation is said where the link leads.

use jiff::{civil::Date, fmt::rfc2822::DateTimePrinter, tz::TimeZone};
use nexa_core::domain::time::beginning_of;
use poem::{Response, Result, http::HeaderValue};
use poem_openapi::OperationId;
use serde_json::{Value, json};

/// An operation that will go.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// Its id.
    pub operation: &'static str,
    /// The day since when nobody should begin to use it, in UTC.
    pub since: Date,
    /// The day on which it may be gone, at least twelve months after it was announced, in UTC.
    pub sunset: Date,
    /// Where it is explained what to use in its place.
    pub link: &'static str,
}

/// All of them.
pub const ROWS: &[Leaving] = &[];

impl Leaving {
    /// Which of these an outcome of the API comes from. One that no operation has seen comes from none.
    #[must_use]
    pub fn among(rows: &'static [Self], outcome: &Result<Response>) -> Option<&'static Self> {
        let OperationId(id) = match outcome {
            Ok(answer) => answer.data::<OperationId>(),
            Err(error) => error.data::<OperationId>(),
        }?;
        rows.iter().find(|row| row.operation == *id)
    }

    /// Says it in an answer, whether the operation was refused or not.
    pub fn tell(&self, answer: &mut Response) {
        let [since, sunset] = [self.since, self.sunset].map(|day| beginning_of(&TimeZone::UTC, day));
        let Ok(sunset) = DateTimePrinter::new().timestamp_to_rfc9110_string(&sunset) else { return };
        let link = format!("<{}>; rel=\"deprecation\"; type=\"text/html\"", self.link);
        let headers =
            [("Deprecation", format!("@{}", since.as_second())), ("Sunset", sunset), ("Link", link)];
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().append(name, value);
            }
        }
    }
}

/// Says in the document of an operation that it will go, if it will.
pub fn mark(rows: &[Leaving], operation: &mut Value) {
    let Some(row) = rows.iter().find(|row| operation["operationId"] == row.operation) else { return };
    operation["deprecated"] = json!(true);
    let about = operation["description"].as_str().unwrap_or_default();
    let told = format!(
        "**On its way out** since {}, and here until {} at least: see {}.\n\n{about}",
        row.since, row.sunset, row.link
    );
    operation["description"] = json!(told);
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    let answers = operation["responses"].as_object_mut().into_iter().flatten();
    for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        answer["headers"]["Deprecation"] = text("Since when nobody should begin to use it (RFC 9745).");
        answer["headers"]["Sunset"] = text("Until when it is here at least (RFC 8594).");
        answer["headers"]["Link"] = text("What to use in its place: `rel=\"deprecation\"`.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Said;
    use jiff::civil::date;
    use nexa_core::domain::refusal::Refusal;
    use poem::{Endpoint as _, IntoEndpoint as _, IntoResponse as _, Request, http::Uri};
    use poem_openapi::{OpenApi, OpenApiService, payload::PlainText};
    use std::collections::BTreeSet;

    const ROW: Leaving = Leaving {
        operation: "goes",
        since: date(2026, 12, 1),
        sunset: date(2027, 12, 31),
        link: "/docs#goes",
    };
    const LEFT: &[Leaving] = &[ROW, Leaving { operation: "refuses", ..ROW }];

    struct Small;

    #[OpenApi]
    #[expect(clippy::unused_async, reason = "operations are asynchronous, whatever they do")]
    impl Small {
        /// Goes.
        #[oai(path = "/goes", method = "get", operation_id = "goes")]
        async fn goes(&self) -> PlainText<&'static str> {
            PlainText("still here")
        }

        /// Goes, too, and says no.
        #[oai(path = "/no", method = "get", operation_id = "refuses")]
        async fn refuses(&self) -> Result<PlainText<&'static str>, Said> {
            Err(Refusal::NotFound.into())
        }

        /// Stays.
        #[oai(path = "/stays", method = "get", operation_id = "stays")]
        async fn stays(&self) -> PlainText<&'static str> {
            PlainText("here")
        }
    }

    async fn asked(path: &'static str) -> Result<Response> {
        let api = OpenApiService::new(Small, "small", "1").into_endpoint();
        let request = Request::builder().uri(Uri::from_static(path)).finish();
        api.call(request).await.map(poem::IntoResponse::into_response)
    }

    #[tokio::test]
    async fn an_operation_that_goes_says_so_when_it_answers_and_when_it_refuses() {
        for path in ["/goes", "/no"] {
            let outcome = asked(path).await;
            let row = Leaving::among(LEFT, &outcome).unwrap_or_else(|| panic!("{path} is not known"));
            let mut answer = outcome.unwrap_or_else(poem::Error::into_response).into_response();
            row.tell(&mut answer);
            assert_eq!(answer.header("deprecation"), Some("@1796083200"));
            assert_eq!(answer.header("sunset"), Some("Fri, 31 Dec 2027 00:00:00 GMT"));
            assert_eq!(answer.header("link"), Some("</docs#goes>; rel=\"deprecation\"; type=\"text/html\""));
        }
        assert!(Leaving::among(LEFT, &asked("/stays").await).is_none());
        assert!(Leaving::among(LEFT, &asked("/nothing").await).is_none());
    }

    #[test]
    fn the_document_marks_what_goes_and_nothing_else() {
        let of = |id: &str| json!({ "operationId": id, "description": "It is.", "responses": { "200": {} } });
        let (mut goes, mut stays) = (of("goes"), of("stays"));
        mark(LEFT, &mut goes);
        mark(LEFT, &mut stays);
        assert_eq!(stays, of("stays"));
        assert_eq!(goes["deprecated"], true);
        let told = goes["description"].as_str().unwrap();
        assert!(told.contains("since 2026-12-01") && told.ends_with("It is."), "{told}");
        assert!(goes["responses"]["200"]["headers"]["Sunset"].is_object());
    }

    #[test]
    fn what_goes_exists_and_stays_for_a_year() {
        let document = crate::api::document::document();
        let items = document["paths"].as_object().unwrap().values();
        let operations = items.flat_map(|item| item.as_object().unwrap().values());
        let ids: BTreeSet<_> = operations.map(|of| of["operationId"].as_str().unwrap()).collect();
        for row in ROWS {
            assert!(ids.contains(row.operation), "{}", row.operation);
            let year = row.since.checked_add(jiff::Span::new().months(12)).unwrap();
            assert!(row.sunset >= year, "{} goes too early", row.operation);
        }
    }
}
