# Everything here is also a plain command: read it, run it.

set shell := ["bash", "-euo", "pipefail", "-c"]

# What there is.
default:
    @just --list --unsorted

# Build everything.
build:
    cargo build --workspace --all-targets --locked

# Format the tree.
fmt:
    cargo fmt --all

# What CI says about style and lints.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings

# All tests; those that need a server that is not here say so and pass.
test *ARGS:
    cargo test --workspace --locked {{ARGS}}

# All tests, live servers required, as in CI but without its checks.
live versions="14.0.5 10.80.11":
    NEXA_REQUIRE=hiddify,litecoind,anvil,curl,ss-local,ssh,netns,chromium,node NEXA_HIDDIFY_VERSIONS="{{versions}}" cargo test --workspace --locked

# The live panel tests against one older version: `just panel 13.0.3` (Python 3.13), `just panel 12.3.3` (Python 3.12).
panel version:
    NEXA_REQUIRE=hiddify NEXA_HIDDIFY_VERSIONS="{{version}}" cargo test -p nexa-tests --locked live::

# Kill the real program again and again while customers buy; nothing may be lost or doubled.
drill cycles="500":
    NEXA_KILL_CYCLES={{cycles}} cargo test -p nexa-tests --locked drill::

# What the node costs against the bare server of its crate: throughput, memory, start.
bench-node:
    cargo bench -p nexa-tests --locked --bench node

# The house rules alone: seconds.
rules:
    cargo test -p nexa-tests --locked architecture

# Licences, bans and sources.
deny:
    cargo-deny check licenses bans sources

# Everything that must hold before a merge.
ci:
    .ci/run

# A shop with made-up panels and payments, in memory.
demo:
    cargo run --release --locked --bin nexa -- demo

# The real thing, with a configuration of yours.
serve config="nexa.toml":
    cargo run --release --locked --bin nexa -- serve --config {{config}}

# Write the OpenAPI document anew.
openapi:
    cargo run --locked --bin nexa -- openapi > nexa-http/openapi.json
