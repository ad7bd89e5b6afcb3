//! From plain HTTP to TLS: whoever types a name without `https://` comes to the same page all the same.

use crate::desk;
use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode, header},
};
use url::Url;

/// Sends readers to the same address over TLS. Anything that says more than an address was in the clear already, so it
/// is refused: a program that was given the wrong address shall notice at once.
pub struct ToHttps {
    host: String,
    port: Option<u16>,
}

impl ToHttps {
    /// To the port of `public_url`, and to its host for whoever names none.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        let url = Url::parse(public_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned();
        Self { host, port: url.and_then(|url| url.port()) }
    }

    fn target(&self, request: &Request) -> String {
        let named = desk::host(request);
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        };
        let host = if is_name(&named) { &named } else { &self.host };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let rest = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
        format!("https://{host}{port}{rest}")
    }
}

impl Endpoint for ToHttps {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let answer = Response::builder().header(header::CACHE_CONTROL, "no-store");
        Ok(if matches!(*request.method(), Method::GET | Method::HEAD) {
            answer
                .status(StatusCode::PERMANENT_REDIRECT)
                .header(header::LOCATION, self.target(&request))
                .finish()
        } else {
            answer.status(StatusCode::FORBIDDEN).finish()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(public_url: &str, method: Method, host: &str, path: &str) -> (u16, String) {
        let request =
            Request::builder().method(method).uri(path.parse().unwrap()).header("host", host).finish();
        let answer = ToHttps::new(public_url).call(request).await.unwrap();
        (answer.status().as_u16(), answer.header("location").unwrap_or_default().to_owned())
    }

    #[tokio::test]
    async fn readers_are_led_to_the_same_address_and_forms_are_refused() {
        let ours = "https://shop.example";
        let led = |to: &str| (308, to.to_owned());
        assert_eq!(
            sent(ours, Method::GET, "shop.example:80", "/buy?plan=1").await,
            led("https://shop.example/buy?plan=1")
        );
        assert_eq!(sent(ours, Method::HEAD, "RESELLER.example", "/").await, led("https://reseller.example/"));
        assert_eq!(sent(ours, Method::GET, "", "/").await, led("https://shop.example/"));
        assert_eq!(sent(ours, Method::GET, "a/b@c", "/").await, led("https://shop.example/"));
        assert_eq!(
            sent("https://shop.example:8443", Method::GET, "shop.example:8080", "/").await,
            led("https://shop.example:8443/")
        );
        assert_eq!(sent(ours, Method::POST, "shop.example", "/sign-in").await, (403, String::new()));
    }
}
