//! The house rules, enforced by reading the tree.
//!
//! Each rule is one test. It fails with `file:line`, the rule and the way to mend it, and stands next to a test
//! that feeds it a text which breaks it: a rule that cannot fail protects nothing. A folder that is not there yet is
//! tolerated; a folder that is there and gave no file to look at is a failure.
//!
//! What must never be here: an exception for one file. Move the code, or change the rule and `ARCHITECTURE.md`.

mod arrows;
#[cfg(test)]
mod asvs;
mod escapes;
mod layout;
mod locales;
mod manifests;
mod ports;
mod purity;
mod source;
mod tree;
#[cfg(test)]
mod weight;
