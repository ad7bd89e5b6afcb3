//! Storage: the conformance suite on every implementation, and what only a real file can show.

#[cfg(test)]
mod storage {
    mod backup;
    mod beside;
    mod chain;
    mod cluster;
    mod file;
    mod fill;
    mod fixture;
    mod group;
    mod suite;
    mod torn;
}
