//! What the API is about, what may change, and what has changed.

use serde_json::{Value, json};

/// The version of the API: the first number is that of the path, the second grows with what is added, the third with
/// what is mended.
pub const VERSION: &str = "1.1.0";

/// What the document begins with.
pub const ABOUT: &str = "Sell VPN access from your own program: accounts, plans, orders, payments, subscriptions. A quick \
start, the error catalogue, webhooks and the sandbox are explained at [/docs](/docs).

**Signing in.** Send `Authorization: Bearer <token>`: a session from `POST /v1/sessions`, or an API key that the \
operator made with `POST /v1/admin/keys`. A key has scopes: `read` (what is its user's own), `buy` (order, pay, change what \
was bought), `manage` (run the shop); each operation says what it needs. A sign-in of an account with a second factor \
answers 422 with the code `second_factor_needed` as long as `second_factor` is missing; nothing of the first proof is used \
up by that. What changes how one comes into an account answers `prove_again` when the session did not prove lately who \
holds it: see `POST /v1/sessions/current/proof`.

**The office.** Operations under `/v1/admin` need the scope `manage` and a permission of the caller's (`not_allowed`): \
`x-permissions` lists those of which one suffices; nothing where every member of the staff may, `owner` where only owners \
may. A session of somebody of the staff without a second factor is answered `second_factor_required` there.

**Errors** are `application/problem+json`. Program against `code`; `title` and `detail` are in the language of \
`Accept-Language` and fit to be shown. `x-errors` at the end of this document lists every code; each operation names those \
of its own.

**Repeating.** Requests that cost or move money take an `Idempotency-Key`: the same key with the same request is done \
once, and the first answer comes again, with `Idempotent-Replay: true`. Only successes are kept; after a refusal the key \
may try again.

**Limits.** What is worth guessing is limited by address: `RateLimit-Policy` says what is allowed, `RateLimit` what is left, \
and 429 comes with `Retry-After`.

**Lists** come in slices: give the `next` of one answer as the `cursor` of the following request.

**Units.** Money is in whole minor units, traffic in bytes, moments are RFC 3339 in UTC. Unknown fields are refused.

**Versions.** Within `/v1` the API only grows: operations, optional fields and parameters, codes, webhook kinds and members \
of answers are added, so ignore what you do not know. Nothing is removed, renamed, narrowed or made required. What is on \
its way out says so with `Deprecation` (RFC 9745) and, at least twelve months ahead, `Sunset` (RFC 8594), and stays until a \
`/v2`. `x-changelog` tells what came when.";

/// What came when, newest first: version, day, what.
pub const CHANGES: &[(&str, &str, &[&str])] = &[
    (
        "1.1.0",
        "2026-11-28",
        &[
            "The document is OpenAPI 3.1: what may be null says so, and webhooks stand in it.",
            "Every operation names its scope and its error codes; `x-errors` is the catalogue of all codes.",
            "`x-permissions` says which permission an operation of the office needs.",
            "`RateLimit-Policy` and `RateLimit` on what is limited by address.",
            "Problems hold what belongs to their code as members of their own: `amount`, `currency`, `limit`, `count`, \
             `wait_seconds`, `extras`, `note`.",
            "`POST /tickets/pictures`, `GET /subscriptions/{subscription_id}/note`, \
             `PUT /admin/campaigns/{code}/postback` and `GET /admin/exports/coupons.csv` are new.",
            "A change of many may give coupons (the step `coupon`), and a broadcast may go to a selection (the segment \
             `selected`).",
            "`POST /articles/{slug}/votes` answers 200 and whether it was `counted`, in place of 204.",
            "API keys say where they belong: `nxk_live_…`, or `nxk_test_…` of a shop of play money. Keys made before go on.",
        ],
    ),
    ("1.0.0", "2026-11-28", &["The first version that this promise holds for."]),
];

/// The changes as the document holds them.
#[must_use]
pub fn changelog() -> Value {
    CHANGES
        .iter()
        .map(|(version, day, changes)| json!({ "version": version, "date": day, "changes": changes }))
        .collect()
}
