//! The icons of the pages, drawn here so that none has to be fetched. 24 by 24, in lines of the text's colour.

/// An icon as SVG that says nothing to a screen reader: the words stand beside it.
#[must_use]
pub fn icon(name: &str) -> String {
    let (turn, drawing) = match name {
        "copy" => {
            ("", r#"<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V5a1 1 0 0 1 1-1h9"/>"#)
        }
        "check" => ("", r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#),
        "globe" => (
            "",
            r#"<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>"#,
        ),
        "shield" => ("", r#"<path d="M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6z"/>"#),
        "bolt" => ("", r#"<path d="M13 3 5 14h6l-1 7 8-11h-6z"/>"#),
        "devices" => (
            "",
            r#"<rect x="3" y="5" width="13" height="10" rx="1.5"/><path d="M2 19h11"/><rect x="16" y="9" width="5" height="11" rx="1.5"/>"#,
        ),
        "traffic" => {
            ("", r#"<path d="M7 20V6m0 0L3.5 9.5M7 6l3.5 3.5M17 4v14m0 0 3.5-3.5M17 18l-3.5-3.5"/>"#)
        }
        "clock" => ("", r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>"#),
        "wallet" => (
            "",
            r#"<path d="M4 7.5A2.5 2.5 0 0 1 6.5 5H17v4"/><rect x="4" y="7" width="16" height="13" rx="2"/><path d="M16 13.5h.01"/>"#,
        ),
        "user" => ("", r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6"/>"#),
        "link" => (
            "",
            r#"<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>"#,
        ),
        "bag" => ("", r#"<path d="M5 8h14l-1 12H6z"/><path d="M9 10V7a3 3 0 0 1 6 0v3"/>"#),
        "bell" => ("", r#"<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4"/>"#),
        "sun" => (
            "",
            r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>"#,
        ),
        "card" => ("", r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 10h18M7 15h4"/>"#),
        "coin" => (
            "",
            r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v10M9 9.5c0-1.4 1.3-2 3-2s3 .7 3 2-1.3 2-3 2.5-3 1.1-3 2.5 1.3 2 3 2 3-.6 3-2"/>"#,
        ),
        "download" => ("", r#"<path d="M12 4v11m0 0 4-4m-4 4-4-4M5 20h14"/>"#),
        "help" => {
            ("", r#"<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5A2.5 2.5 0 1 1 12 12.5V14M12 17h.01"/>"#)
        }
        "gear" => (
            "",
            r#"<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>"#,
        ),
        "next" => (" turn", r#"<path d="m9 5 7 7-7 7"/>"#),
        "out" => (" turn", r#"<path d="M14 4h5v16h-5M3 12h11m0 0-4-4m4 4-4 4"/>"#),
        _ => ("", r#"<circle cx="12" cy="12" r="2"/>"#),
    };
    format!(
        r#"<svg class="icon{turn}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{drawing}</svg>"#
    )
}

/// The sign as a picture of its own, in a colour with another on it (`#rrggbb`).
#[must_use]
pub fn sign(colour: &str, ink: &str) -> String {
    mark()
        .replacen("<svg class=\"mark\"", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1)
        .replace("var(--on-accent, #fff)", ink)
        .replace("currentColor", colour)
}

/// The sign of the brand, in its colour.
#[must_use]
pub const fn mark() -> &'static str {
    concat!(
        r#"<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9" fill="currentColor"/>"#,
        r##"<path d="M16 6.5 8.5 9.5v6c0 4.8 3.2 8 7.5 10 4.3-2 7.5-5.2 7.5-10v-6z" fill="var(--on-accent, #fff)"/>"##,
        r#"<path d="m12.5 15.8 2.7 2.7 4.8-5.2" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>"#
    )
}
