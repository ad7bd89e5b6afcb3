//! Arrows never turn round: which part of the code may name which.

use super::source::{Named, blank_from, closing, code, inside, paths};
use super::tree::{Breach, File, enforce, rust_below};

/// A module of the core, whichever way a path reaches it.
fn in_core(path: &str, modules: &[&str]) -> bool {
    let mut rest = path;
    while let Some(inner) =
        ["crate::", "super::", "self::", "nexa_core::"].iter().find_map(|up| rest.strip_prefix(up))
    {
        rest = inner;
    }
    rest.len() < path.len() && modules.iter().any(|module| inside(rest, module))
}

fn breaches(file: &File, code: &str, banned: impl Fn(&Named) -> bool) -> Vec<Breach> {
    let named = paths(code).into_iter().filter(banned);
    named.map(|named| Breach::new(&file.path, named.line, format!("names `{}`", named.name))).collect()
}

/// What ships below `folder` must not name these modules of the core.
fn core_folder(folder: &str, modules: &[&str]) -> Vec<Breach> {
    rust_below(folder).into_iter().flat_map(|file| core_file(file, modules)).collect()
}

fn core_file(file: &File, modules: &[&str]) -> Vec<Breach> {
    breaches(file, &file.shipped(), |named| in_core(&named.name, modules))
}

const NOT_IN_DOMAIN: &[&str] =
    &["ports", "engine", "sql", "memory", "storefront", "backoffice", "frontdesk", "world", "text"];
const NOT_IN_PORTS: &[&str] = &["engine", "sql", "memory", "storefront", "backoffice", "frontdesk"];
const NOT_IN_ENGINE: &[&str] = &["sql", "memory"];

#[test]
fn domain_names_nothing_around_it() {
    enforce(
        "domain/ knows no port, use case, storage, contract, clock or catalogue",
        "pass the value in as an argument, or move the rule that needs more into engine/",
        &core_folder("nexa-core/src/domain/", NOT_IN_DOMAIN),
    );
}

#[test]
fn ports_name_no_user_and_no_implementation() {
    enforce(
        "ports/ knows neither who calls it nor who implements it",
        "move the type that is needed into domain/ or into the port itself",
        &core_folder("nexa-core/src/ports/", NOT_IN_PORTS),
    );
}

#[test]
fn engine_names_no_storage() {
    enforce(
        "engine/ reaches storage through ports::storage only",
        "add what is missing to the Storage port and to every implementation of it",
        &core_folder("nexa-core/src/engine/", NOT_IN_ENGINE),
    );
}

#[test]
fn sql_is_said_in_one_folder() {
    // Its own tests break the file from outside, to see that it is refused.
    let inside = ["nexa-core/src/sql", "nexa-core/tests/storage"];
    let outside = |file: &&&File| !inside.iter().any(|home| file.path.starts_with(home));
    let found: Vec<_> =
        rust_below("").iter().filter(outside).flat_map(|file| names_a_database(file)).collect();
    enforce(
        "`rusqlite` and `sqlx` are named only in nexa-core/src/sql and the tests of SQLite storage",
        "move the statement there and reach it through the Storage port",
        &found,
    );
}

fn names_a_database(file: &File) -> Vec<Breach> {
    breaches(file, &code(&file.text), |named| inside(&named.name, "sqlx") || inside(&named.name, "rusqlite"))
}

#[test]
fn core_names_no_framework() {
    let found: Vec<_> = rust_below("nexa-core/src/").into_iter().flat_map(frameworks).collect();
    enforce(
        "nexa-core names no web, bot, FFI or HTTP client crate",
        "move the code into a frontend or an adapter; the contract models alone may carry \
         cfg_attr(feature = \"openapi\", …poem_openapi…)",
        &found,
    );
}

fn frameworks(file: &File) -> Vec<Breach> {
    let bare = code(&file.text);
    let contract = ["storefront", "backoffice"]
        .iter()
        .any(|port| file.path.starts_with(&format!("nexa-core/src/{port}/model")));
    let bare = if contract { without_openapi_derives(&bare, &file.text) } else { bare };
    breaches(file, &bare, |named| {
        ["poem", "poem_openapi", "teloxide", "uniffi", "reqwest"]
            .iter()
            .any(|crate_| inside(&named.name, crate_))
    })
}

/// Blanks each `cfg_attr(feature = "openapi", …)`. `bare` is the code of `text`, byte for byte in the same place.
fn without_openapi_derives(bare: &str, text: &str) -> String {
    let start = "cfg_attr(";
    blank_from(bare, start, |region| {
        let at = bare.len() - region.len();
        let end = closing(region, start.len() - 1, b'(', b')')?;
        text.get(at..at + end)?.contains("feature = \"openapi\"").then_some(end)
    })
}

/// The adapters that exist; a new adapter crate joins here.
const ADAPTERS: &[&str] = &[
    "nexa-backup",
    "nexa-hiddify",
    "nexa-mail",
    "nexa-marzban",
    "nexa-panel-http",
    "nexa-payments",
    "nexa-push",
    "nexa-shadowsocks",
    "nexa-valkey",
    "nexa-webhook",
];

#[test]
fn adapters_know_their_port_only() {
    let found: Vec<_> = ADAPTERS
        .iter()
        .flat_map(|adapter| {
            rust_below(&format!("{adapter}/src/")).into_iter().map(move |file| (adapter, file))
        })
        .flat_map(|(adapter, file)| adapter_file(adapter, file))
        .collect();
    enforce(
        "an adapter knows its port: no other adapter, no frontend, no storage",
        "let the core carry the fact from one port to the other",
        &found,
    );
}

fn adapter_file(adapter: &str, file: &File) -> Vec<Breach> {
    let others = [
        "nexa_backup",
        "nexa_hiddify",
        "nexa_mail",
        "nexa_marzban",
        "nexa_payments",
        "nexa_push",
        "nexa_shadowsocks",
        "nexa_valkey",
        "nexa_webhook",
        "nexa_http",
        "nexa_bot",
        "nexa_ffi",
    ];
    breaches(file, &file.shipped(), |named| {
        let other =
            others.iter().any(|other| *other != adapter.replace('-', "_") && inside(&named.name, other));
        other || in_core(&named.name, &["ports::storage", "sql", "memory", "engine"])
    })
}

#[test]
fn frontends_know_the_driving_ports_only() {
    let folders = ["nexa-http/src/", "nexa-bot/src/", "nexa-ffi/src/"];
    let files = folders.iter().flat_map(|folder| rust_below(folder));
    let found: Vec<_> = files.filter(|file| !is_composition(file)).flat_map(frontend_file).collect();
    enforce(
        "a frontend knows the driving ports: no storage, no adapter (only composition roots do: bin/ and the demo of \
         nexa-ffi)",
        "ask for what is missing through Storefront, Backoffice or Frontdesk",
        &found,
    );
}

/// Where a whole shop is put together.
fn is_composition(file: &File) -> bool {
    file.path.contains("/src/bin/") || file.path.starts_with("nexa-ffi/src/demo/")
}

fn frontend_file(file: &File) -> Vec<Breach> {
    breaches(file, &file.shipped(), |named| {
        let adapter = ADAPTERS.iter().any(|adapter| inside(&named.name, &adapter.replace('-', "_")));
        adapter || in_core(&named.name, &["ports::storage", "sql", "memory"])
    })
}

#[cfg(test)]
mod each_rule_can_fail {
    use super::*;

    #[test]
    fn layers_of_the_core() {
        for text in [
            "use super::super::ports::Panel;",
            "use crate::{ids, engine::Nexa};",
            "fn f() { crate::sql::x() }",
        ] {
            let file = File::new("nexa-core/src/domain/x.rs", text);
            assert_eq!(core_file(&file, NOT_IN_DOMAIN).len(), 1, "{text}");
        }
        let good =
            File::new("nexa-core/src/domain/x.rs", "// crate::sql\nuse crate::{ids::UserId, domain::money};");
        assert_eq!(core_file(&good, NOT_IN_DOMAIN), []);
        let bad = File::new("nexa-core/src/ports/x.rs", "use crate::engine::Nexa;");
        assert_eq!(core_file(&bad, NOT_IN_PORTS).len(), 1);
        let bad = File::new("nexa-core/src/engine/x.rs", "use crate::memory::MemoryStorage;");
        assert_eq!(core_file(&bad, NOT_IN_ENGINE).len(), 1);
        let tests = File::new("nexa-core/src/engine/x.rs", "#[cfg(test)]\nmod t { use crate::memory::M; }");
        assert_eq!(core_file(&tests, NOT_IN_ENGINE), [], "tests of a use case may run on the memory storage");
    }

    #[test]
    fn databases() {
        let bad = File::new("nexa-http/src/x.rs", "\n#[derive(sqlx::FromRow)]\nstruct A;");
        assert_eq!(names_a_database(&bad), [Breach::new("nexa-http/src/x.rs", 2, "names `sqlx::FromRow`")]);
        assert_eq!(names_a_database(&File::new("x.rs", "use sqlx;")).len(), 1);
        assert_eq!(names_a_database(&File::new("x.rs", "// sqlx::query\nlet a = \"sqlx::b\";")), []);
    }

    #[test]
    fn frameworks_in_the_core() {
        let derive = "#[cfg_attr(\n  feature = \"openapi\",\n  derive(poem_openapi::Object)\n)]\nstruct A;";
        assert_eq!(frameworks(&File::new("nexa-core/src/storefront/model.rs", derive)), []);
        assert_eq!(frameworks(&File::new("nexa-core/src/backoffice/model/plan.rs", derive)), []);
        assert_eq!(frameworks(&File::new("nexa-core/src/domain/plan.rs", derive)).len(), 1);
        let bare = "#[derive(poem_openapi::Object)]\nstruct A;";
        assert_eq!(frameworks(&File::new("nexa-core/src/storefront/model.rs", bare)).len(), 1);
        let other = "#[cfg_attr(feature = \"web\", derive(poem_openapi::Object))]\nstruct A;";
        assert_eq!(frameworks(&File::new("nexa-core/src/storefront/model.rs", other)).len(), 1);
        for name in ["poem::Route", "teloxide::Bot", "uniffi::Record", "reqwest::Client"] {
            assert_eq!(
                frameworks(&File::new("nexa-core/src/x.rs", &format!("use {name};"))).len(),
                1,
                "{name}"
            );
        }
    }

    #[test]
    fn adapters() {
        for text in
            ["use nexa_payments::Card;", "use nexa_core::ports::storage::Tx;", "use nexa_http::paths;"]
        {
            assert_eq!(adapter_file("nexa-hiddify", &File::new("x.rs", text)).len(), 1, "{text}");
        }
        let good =
            File::new("x.rs", "use nexa_core::{ports::panel::Panel, ids};\nuse nexa_hiddify::Hiddify;");
        assert_eq!(adapter_file("nexa-hiddify", &good), []);
    }

    #[test]
    fn frontends() {
        for text in
            ["use nexa_core::ports::{storage::Tx};", "fn f() { nexa_hiddify::x() }", "use nexa_core::sql;"]
        {
            assert_eq!(frontend_file(&File::new("x.rs", text)).len(), 1, "{text}");
        }
        assert_eq!(frontend_file(&File::new("x.rs", "use nexa_core::storefront::model::PlanView;")), []);
    }
}
