//! Storage: the conformance suite on every implementation, and what only a real file can show.

#[cfg(test)]
mod storage {
    mod file;
    mod fixture;
    mod group;
    mod suite;
    mod torn;
}
