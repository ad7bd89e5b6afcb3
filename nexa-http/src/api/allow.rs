//! What the framework leaves out: `Allow` beside a 405, problems for its own errors, text that is text, what is left of
//! limits, and that an operation will go.

use super::{
    document::leaving::{self, Leaving},
    strict::{Strict, fits},
    tally::Tally,
};
use crate::desk::{Asked, Desk};
use crate::problem::{self, Facts};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::Value;
use std::sync::Arc;

/// The API with every error told as a problem.
pub struct Told<E> {
    inner: E,
    desk: Arc<Desk>,
    table: Vec<(Vec<String>, String)>,
    strict: Strict,
}

impl<E: Endpoint> Told<E> {
    /// Wraps the API; `document` says which methods each path has.
    pub fn new(inner: E, desk: Arc<Desk>, document: &Value) -> Self {
        Self { inner, desk, table: table(document), strict: Strict::new(document) }
    }

    fn methods(&self, path: &str) -> Option<&str> {
        let asked: Vec<&str> = path.strip_prefix(crate::paths::API)?.split('/').skip(1).collect();
        self.table.iter().find(|(pattern, _)| fits(pattern, &asked)).map(|(_, methods)| methods.as_str())
    }
}

fn table(document: &Value) -> Vec<(Vec<String>, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut table: Vec<(Vec<String>, String)> = paths
        .map(|(path, item)| {
            let mut methods: Vec<String> =
                item.as_object().into_iter().flatten().map(|(m, _)| m.to_uppercase()).collect();
            if methods.iter().any(|m| m == "GET") {
                methods.push("HEAD".to_owned());
            }
            (path.split('/').skip(1).map(str::to_owned).collect(), methods.join(", "))
        })
        .collect();
    // A fixed word wins over a parameter.
    table.sort_by_key(|(pattern, _)| pattern.iter().filter(|p| p.starts_with('{')).count());
    table
}

impl<E: Endpoint> Endpoint for Told<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let (asked, tally) = (Asked::of(&request), Tally::default());
        request.set_data(tally.clone());
        let outcome = match self.strict.checked(request, &asked.path).await {
            Ok(request) => self.inner.call(request).await.map(IntoResponse::into_response),
            Err(error) => Err(error),
        };
        let leaving = Leaving::among(leaving::ROWS, &outcome);
        let error = match outcome {
            Ok(mut answer) => {
                tally.tell(&mut answer);
                if let Some(row) = leaving {
                    row.tell(&mut answer);
                }
                return Ok(answer);
            }
            Err(error) => error,
        };
        problem::log(&error);
        let mut response = Facts::of(&error).response(self.desk.locale(&asked).await);
        crate::counted::keep_route(&error, &mut response);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED
            && let Some(methods) = self.methods(&asked.path)
            && let Ok(value) = HeaderValue::from_str(methods)
        {
            response.headers_mut().insert(header::ALLOW, value);
        }
        tally.tell(&mut response);
        if let Some(row) = leaving {
            row.tell(&mut response);
        }
        Ok(response)
    }
}
