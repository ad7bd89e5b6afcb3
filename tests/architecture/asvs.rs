//! The table of OWASP's Application Security Verification Standard: what it names exists. A row that says `done` for a
//! test that is gone would be worse than no row.

use super::source::{code, tokens};
use super::tree::{Breach, File, all, enforce, root};
use std::collections::BTreeSet;

const TABLE: &str = "tests/asvs.csv";
const HEAD: &str = "id,requirement,code,test,status,note";
const STATUSES: [&str; 4] = ["done", "partly", "not applicable", "no"];
/// Requirements at levels 1 and 2 that the table has at least: nobody takes rows out unseen.
const LEAST: usize = 217;

/// One requirement.
struct Row<'a> {
    line: usize,
    id: &'a str,
    requirement: &'a str,
    code: &'a str,
    tests: Vec<&'a str>,
    status: &'a str,
    note: &'a str,
}

/// The rows, or what is no row. No cell holds a comma or a quotation mark, so that a diff reads well.
fn rows(file: &File) -> (Vec<Row<'_>>, Vec<Breach>) {
    let (mut rows, mut found) = (Vec::new(), Vec::new());
    let lines = file.text.lines().enumerate().map(|(at, text)| (at + 1, text));
    let mut lines = lines.filter(|(_, text)| !text.starts_with('#'));
    if lines.next().map(|(_, text)| text) != Some(HEAD) {
        found.push(Breach::new(&file.path, 1, format!("does not begin with `{HEAD}`")));
    }
    for (line, text) in lines {
        let cells: Vec<_> = text.split(',').collect();
        if let [id, requirement, code, tests, status, note] = cells[..]
            && !text.contains('"')
        {
            let tests = tests.split_whitespace().collect();
            rows.push(Row { line, id, requirement, code, tests, status, note });
        } else {
            found.push(Breach::new(
                &file.path,
                line,
                format!("has {} cells, or a quotation mark", cells.len()),
            ));
        }
    }
    (rows, found)
}

/// Chapter, section and number, for their order.
fn number(id: &str) -> Option<[u32; 3]> {
    let parts: Option<Vec<u32>> = id.split('.').map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

/// What is wrong with a row by itself.
fn odd(row: &Row<'_>) -> Option<&'static str> {
    if !STATUSES.contains(&row.status) {
        Some("has a status that is none")
    } else if number(row.id).is_none() || row.requirement.is_empty() {
        Some("has no id, or says nothing")
    } else if row.status == "done" && (row.tests.is_empty() || row.code.is_empty()) {
        Some("is done and names no code or no test")
    } else if row.status == "not applicable" && row.note.is_empty() {
        Some("does not say why it does not apply")
    } else if matches!(row.status, "partly" | "no") && row.note.is_empty() {
        Some("does not say what is missing")
    } else {
        None
    }
}

/// Whether a file has a test of this name: under an attribute of a test, or listed for a macro that makes tests.
fn has_test(text: &str, name: &str) -> bool {
    let code = code(text);
    let tokens = tokens(&code);
    let Some(at) = tokens.windows(2).position(|two| two[0].name == "fn" && two[1].name == name) else {
        return false;
    };
    let lines: Vec<_> = code.lines().collect();
    let above = lines.iter().take(tokens[at].line - 1).rev().take_while(|line| !line.trim().is_empty());
    let marked = above.take_while(|line| !line.trim_end().ends_with('}')).any(|line| line.contains("test"));
    marked || tokens.iter().filter(|token| token.name == name).count() > 1
}

/// What is wrong with the table, where `known` finds a file's text and `there` says whether a path exists.
fn faults<'a>(
    table: &File,
    known: impl Fn(&str) -> Option<&'a str>,
    there: impl Fn(&str) -> bool,
) -> Vec<Breach> {
    let (rows, mut found) = rows(table);
    let mut before = None;
    let mut ids = BTreeSet::new();
    for row in &rows {
        let mut breach =
            |what: String| found.push(Breach::new(&table.path, row.line, format!("{} {what}", row.id)));
        if let Some(what) = odd(row) {
            breach(what.to_owned());
        }
        if !ids.insert(row.id) {
            breach("stands twice".to_owned());
        }
        if number(row.id) < before {
            breach("stands out of order".to_owned());
        }
        before = number(row.id);
        if !row.code.is_empty() && !there(row.code) {
            breach(format!("names code that is not there: {}", row.code));
        }
        for test in &row.tests {
            let found = test.split_once("::").and_then(|(path, name)| Some((known(path)?, name)));
            if !found.is_some_and(|(text, name)| has_test(text, name)) {
                breach(format!("names a test that is not there: {test}"));
            }
        }
    }
    found
}

fn known(path: &str) -> Option<&'static str> {
    all().iter().find(|file| file.path == path).map(|file| file.text.as_str())
}

#[test]
fn the_table_of_asvs_names_what_exists() {
    let table = all().iter().find(|file| file.path == TABLE).expect("the table is there");
    assert!(rows(table).0.len() >= LEAST, "{TABLE} lost rows");
    let found = faults(table, known, |path| root().join(path).exists());
    enforce(
        "each row of tests/asvs.csv has a status, and what it names exists",
        "name the test that shows it (path::name), or say `partly` and what is missing",
        &found,
    );
}

#[test]
fn rows_that_promise_too_much_are_found() {
    let told = |rows: &str| {
        let table = File::new("t.csv", &format!("# why\n{HEAD}\n{rows}"));
        let known = |path: &str| {
            (path == "a.rs").then_some(
                "#[test]\nfn one() {}\n\nfn two() {}\n\non_all!(three);\nfn three() {}\n// fn four\n",
            )
        };
        faults(&table, known, |path| path == "src").into_iter().map(|breach| breach.what).collect::<Vec<_>>()
    };
    assert_eq!(told("1.1.1,said,src,a.rs::one a.rs::three,done,\n1.1.2,said,,,no,not yet\n"), [""; 0]);
    for (row, what) in [
        ("1.1.1,said,src,,done,", "names no code or no test"),
        ("1.1.1,said,src,a.rs::two,done,", "a test that is not there: a.rs::two"),
        ("1.1.1,said,src,a.rs::four,done,", "a test that is not there: a.rs::four"),
        ("1.1.1,said,src,b.rs::one,done,", "a test that is not there: b.rs::one"),
        ("1.1.1,said,gone,a.rs::one,done,", "code that is not there: gone"),
        ("1.1.1,said,src,a.rs::one,perhaps,", "a status that is none"),
        ("1.1.1,said,src,,partly,", "what is missing"),
        ("1.1.1,said,,,not applicable,", "why it does not apply"),
        ("1.1.1,said,src,a.rs::one,done", "has 5 cells"),
        ("1.1.2,a,,,no,\n1.1.1,b,,,no,", "out of order"),
        ("1.1.1,a,,,no,\n1.1.1,b,,,no,", "stands twice"),
    ] {
        assert!(told(row).iter().any(|told| told.contains(what)), "{row}: {:?}", told(row));
    }
}
