//! Texts that a shop writes, as pages show them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::{
    article::{
        found, html, long_text,
        markup::{blocks, plain},
        normal, slug,
    },
    wording::filled,
};

/// What the writer itself makes; everything else that looks like markup came from outside.
const OURS: [&str; 11] = ["h2", "h3", "p", "ul", "ol", "li", "blockquote", "strong", "em", "code", "a"];

fuzz_target!(|text: &str| {
    let page = html(text);
    for tag in page.split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(OURS.contains(&name.as_str()), "<{name}> from {text:?}");
        let inside = tag.split('>').next().unwrap_or_default();
        if let Some(to) = inside.strip_prefix("a href=\"") {
            let to = to.split('"').next().unwrap_or_default().to_ascii_lowercase();
            let fine = ["https://", "/"];
            assert!(fine.iter().any(|start| to.starts_with(start)), "a link to {to:?}");
        }
    }
    drop((blocks(text), plain(text), slug(text), long_text(text)));
    assert_eq!(normal(&normal(text)), normal(text), "what is normal stays so");
    drop(found(text, &[(text, "body"), ("title", text)]));
    assert_eq!(filled(text, &[]), text, "nothing is filled in with nothing");
});
