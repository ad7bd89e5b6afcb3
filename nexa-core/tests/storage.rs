//! Storage: the conformance suite on every implementation, and what only a real file can show.

mod storage {
    mod file;
    mod group;
    mod suite;
    mod torn;
}
