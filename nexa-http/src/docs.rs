//! `/docs`: the API for people: a guide, the errors, and the reference to try it in. Nothing comes from another host.

mod guide;

pub use guide::{errors, page, style};

use crate::{api, paths};
use poem::{Response, handler};
use std::sync::LazyLock;

/// The viewer's script, taken out of the page that the framework would build: that page loads fonts from another
/// host and needs inline scripts, which our policy forbids.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let whole = api::service().rapidoc_html();
    let start =
        whole.find("<script charset=\"UTF-8\">").map_or(0, |at| at + "<script charset=\"UTF-8\">".len());
    let end =
        whole.get(start..).and_then(|rest| rest.find("</script>")).map_or(start, |length| start + length);
    whole.get(start..end).unwrap_or_default().to_owned() + FITTING
});

/// The list of operations stands beside what is read, for which a phone has no room: there the page itself is the list.
const FITTING: &str = "
;addEventListener('DOMContentLoaded', () => {
  const viewer = document.querySelector('rapi-doc'), narrow = matchMedia('(max-width: 767px)');
  const fit = () => viewer.setAttribute('render-style', narrow.matches ? 'view' : 'focused');
  narrow.addEventListener('change', fit);
  fit();
});
";

static DOCUMENT: LazyLock<String> = LazyLock::new(api::document::text);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                      img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The reference: the only page with a script of others, and with its own policy for it.
#[handler]
pub fn reference() -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Reference · NexaVPN API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <script src=\"{script}\"></script></head><body><rapi-doc spec-url=\"{document}\" theme=\"light\" \
         render-style=\"focused\" show-header=\"false\" load-fonts=\"false\" regular-font=\"system-ui\" \
         mono-font=\"ui-monospace\" font-size=\"large\" primary-color=\"#1f5fd0\" show-method-in-nav-bar=\"as-colored-text\" \
         sort-tags=\"false\" schema-style=\"table\" default-schema-tab=\"example\" allow-try=\"true\" \
         allow-server-selection=\"false\" persist-auth=\"false\">\
         <p slot=\"nav-logo\"><a style=\"color:#fff\" href=\"{docs}\">Guide</a> · <a style=\"color:#fff\" href=\"{errors}\">Errors</a></p>\
         </rapi-doc></body></html>",
        script = paths::DOCS_SCRIPT,
        document = paths::DOCUMENT,
        docs = paths::DOCS,
        errors = paths::DOCS_ERRORS,
    );
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header("content-security-policy", POLICY)
        .body(body)
}

/// Its script.
#[handler]
pub fn script() -> Response {
    Response::builder()
        .content_type("text/javascript; charset=utf-8")
        .header("cache-control", "public, max-age=3600")
        .body(SCRIPT.as_str())
}

/// The document.
#[handler]
pub fn document() -> Response {
    Response::builder()
        .content_type("application/json")
        .header("cache-control", "public, max-age=300")
        .header("access-control-allow-origin", "*")
        .header("cross-origin-resource-policy", "cross-origin")
        .body(DOCUMENT.as_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_is_whole() {
        assert!(super::SCRIPT.len() > 100_000);
        assert!(super::SCRIPT.contains("rapi-doc") && super::SCRIPT.ends_with(super::FITTING));
    }
}
