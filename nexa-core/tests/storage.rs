//! Storage: the conformance suite on every implementation, and what only a real file can show.

#[cfg(test)]
mod storage {
    mod backup;
    mod beside;
    mod chain;
    mod child;
    mod cluster;
    mod copying;
    mod everything;
    mod figures;
    mod file;
    mod fill;
    mod fixture;
    mod group;
    mod held;
    mod market;
    mod overtaken;
    mod replica;
    mod resealing;
    mod rush;
    mod suite;
    mod torn;
    mod turns;
    mod upgrading;
}
