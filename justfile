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
    NEXA_REQUIRE=hiddify,litecoind,anvil,monero,curl,ss-local,ssh,netns,chromium,node,php,python,kotlin,swift,postgres,haproxy,caddy,pebble,redis,promtool NEXA_HIDDIFY_VERSIONS="{{versions}}" cargo test --workspace --features nexa-ffi/bindgen --locked

# The live panel tests against one older version: `just panel 13.0.3` (Python 3.13), `just panel 12.3.3` (Python 3.12).
panel version:
    NEXA_REQUIRE=hiddify NEXA_HIDDIFY_VERSIONS="{{version}}" cargo test -p nexa-tests --locked live::

# Kill the real program again and again while customers buy; nothing may be lost or doubled.
drill cycles="500":
    NEXA_KILL_CYCLES={{cycles}} cargo test -p nexa-tests --locked drill::

# Kill every part of a fleet in turn (instances, proxy, standby, primary, redis) while customers buy: `just fleet orders=10000`.
fleet orders="10000":
    NEXA_REQUIRE=haproxy,postgres,redis NEXA_FLEET_ORDERS={{replace(orders, "orders=", "")}} cargo test -p nexa-tests --locked drill::fleet

# Simulate so many orders over seeds that no run had before, with everything that goes wrong: `just sim orders=1000000`.
sim orders="1000000":
    NEXA_SIM_ORDERS={{replace(orders, "orders=", "")}} cargo test -p nexa-simulation --release --locked --test simulation simulation_of_many_orders

# Anything at all at a parser, for so long: `just fuzz letters seconds=60`; `just fuzz` names the targets. Needs cargo-fuzz
# (cargo install cargo-fuzz --locked) and a nightly compiler.
fuzz target="" seconds="60":
    #!/usr/bin/env bash
    set -euo pipefail
    [ -n "{{target}}" ] || exec cargo +nightly fuzz list --fuzz-dir tests/fuzz
    folders=(target/fuzz/{{target}}/corpus)
    mkdir -p "${folders[0]}"
    [ ! -d tests/fuzz/seeds/{{target}} ] || folders+=(tests/fuzz/seeds/{{target}})
    cargo +nightly fuzz run --fuzz-dir tests/fuzz --sanitizer none {{target}} "${folders[@]}" -- \
      -max_total_time={{replace(seconds, "seconds=", "")}} -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
      -artifact_prefix=target/fuzz/{{target}}/

# The bindings: one customer's story in Python and in Kotlin, against the demo in memory and the real program; Swift is only
# generated.
ffi:
    NEXA_REQUIRE=python,kotlin,swift cargo test --workspace --features nexa-ffi/bindgen --locked live::ffi

# What the node costs against the bare server of its crate: throughput, memory, start.
bench-node:
    cargo bench -p nexa-tests --locked --bench node

# How long a large shop takes from a backup to its first answer: `just restore-drill users=1000000` (fills it first, which takes
# long; NEXA_BENCH_FOLDER keeps it).
restore-drill users="10000" address="127.0.0.1:18090":
    #!/usr/bin/env bash
    set -euo pipefail
    scale=$(python3 -c 'import sys; print("%g" % (float(sys.argv[1].removeprefix("users=")) / 1e6))' "{{users}}")
    work=$(mktemp -d)
    trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
    folder=${NEXA_BENCH_FOLDER:-$work}
    unset NEXA_BENCH_FOLDER # the program takes no setting of that name
    NEXA_BENCH_FOLDER=$folder cargo bench -p nexa-tests --locked --bench dashboard -- "$scale"
    cargo build --release --locked --bin nexa
    # The bench's shop has this key; a passphrase, because the drill is about time.
    export NEXA_MASTER_KEY=$(python3 -c 'import base64; print(base64.b64encode(bytes([7]) * 32).decode())')
    export NEXA_BACKUP_PASSPHRASE=restore-drill-of-a-shop NEXA_BACKUP_TO=$work/place NEXA_NODE=false
    mkdir "$work/place" "$work/old"
    ln -s "$folder/shop-$scale.db" "$work/old/nexa.db"
    time target/release/nexa backup --data "$work/old"
    began=$(date +%s%N)
    target/release/nexa restore latest --data "$work/new"
    target/release/nexa serve --data "$work/new" --listen {{address}} >"$work/log" 2>&1 &
    server=$!
    until curl -fsS "http://{{address}}/healthz" >/dev/null 2>&1; do kill -0 "$server"; sleep 0.05; done
    echo "restored and serving after $((($(date +%s%N) - began) / 1000000)) ms"

# The house rules alone: seconds.
rules:
    cargo test -p nexa-tests --locked architecture

# Each feature of each crate alone; the documentation; the packages: minutes.
features:
    .ci/features
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
packages:
    .ci/packages

# What a change does to a library's public API, against a commit: `just semver v0.1.0 nexa-core`. Building the tool takes
# ten minutes (cargo install cargo-semver-checks --locked).
semver rev crate:
    cargo semver-checks --package {{crate}} --baseline-rev {{rev}}

# Licences, bans and sources.
deny:
    cargo-deny check licenses bans sources

# Ask the API everything that its document allows, and much that it does not: `just schemathesis 20000`.
schemathesis cases="2000":
    test -x target/schemathesis/bin/st || python3 -m venv target/schemathesis
    target/schemathesis/bin/pip install -q --disable-pip-version-check -r tests/live/schemathesis/requirements.txt
    cargo build --workspace --locked --bin nexa
    target/schemathesis/bin/python tests/live/schemathesis/run.py --nexa target/debug/nexa --cases {{cases}}

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

# The Python wheel of the bindings, into target/wheels.
python:
    python3 -m pip wheel --no-deps --wheel-dir target/wheels nexa-ffi/python

# How large the library of an app is for arm64, without and with the demo. Debian: gcc-aarch64-linux-gnu.
size target="aarch64-unknown-linux-gnu":
    #!/usr/bin/env bash
    set -euo pipefail
    rustup target add {{target}}
    export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
    for features in "" demo; do
      cargo build -p nexa-ffi --lib --locked --profile ffi --target {{target}} --no-default-features --features "$features"
      echo "features=[$features] $(stat -c %s target/{{target}}/ffi/libnexa_ffi.so) bytes"
    done

# What a release ships: one static program that runs on any Linux, packed, with its digest. The same commit, toolchain and
# musl-gcc give the same bytes. Debian: musl-tools. Not run on the machine that builds the rest, which lacks the target;
# `just release x86_64-unknown-linux-gnu` gives a program for this system's C library.
release target="x86_64-unknown-linux-musl":
    #!/usr/bin/env bash
    set -euo pipefail
    [ -z "$(git status --porcelain --untracked-files=no)" ] || { echo "there are changes that no commit has" >&2; exit 1; }
    rustup target add {{target}}
    export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) CARGO_INCREMENTAL=0
    # Neither this folder nor the user's name is in it.
    export RUSTFLAGS="--remap-path-prefix=$PWD=/nexa --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    case {{target}} in *-musl) export "CC_$(tr - _ <<<"{{target}}")=musl-gcc" ;; esac
    cargo build --profile dist --locked --bin nexa --target {{target}}
    name=nexa-$(git describe --always --tags)-{{target}} out=target/release-files
    rm -rf "$out" && mkdir -p "$out/$name"
    cp target/{{target}}/dist/nexa LICENSE "$out/$name/" && cp -r examples/deploy examples/nexa.toml "$out/$name/"
    tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -c "$name" |
      gzip -n -9 >"$out/$name.tar.gz"
    (cd "$out" && sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256")

# The bindings' generator, and what it writes for one language: kotlin, swift or python.
bindings language out library="target/debug/libnexa_ffi.so":
    cargo build -p nexa-ffi --locked --features bindgen
    target/debug/uniffi-bindgen generate --no-format --language {{language}} --config nexa-ffi/uniffi.toml --out-dir {{out}} {{library}}

# Libraries and Kotlin source for an Android app, into target/android; for one that ships: just android "". Needs
# ANDROID_NDK_HOME. Not run on the machine that builds the rest.
android features="demo" api="24":
    #!/usr/bin/env bash
    set -euo pipefail
    clang=$(echo "${ANDROID_NDK_HOME:?the folder of the NDK}"/toolchains/llvm/prebuilt/*/bin)
    export PATH="$clang:$PATH"
    for pair in aarch64-linux-android:arm64-v8a armv7-linux-androideabi:armeabi-v7a x86_64-linux-android:x86_64; do
      target=${pair%%:*} abi=${pair#*:}
      linker=${target/armv7-/armv7a-}{{api}}-clang
      name=$(tr a-z- A-Z_ <<<"$target")
      rustup target add "$target"
      env "CARGO_TARGET_${name}_LINKER=$linker" "CC_${target//-/_}=$linker" "AR_${target//-/_}=llvm-ar" \
        RUSTFLAGS="-C link-arg=-Wl,-z,max-page-size=16384" \
        cargo build -p nexa-ffi --lib --locked --profile ffi --target "$target" --no-default-features --features "{{features}}"
      mkdir -p "target/android/jniLibs/$abi"
      cp "target/$target/ffi/libnexa_ffi.so" "target/android/jniLibs/$abi/"
    done
    # The generator reads the metadata of an unstripped library of the same features.
    cargo build -p nexa-ffi --locked --no-default-features --features "bindgen,{{features}}"
    target/debug/uniffi-bindgen generate --no-format --language kotlin --config nexa-ffi/uniffi.toml \
      --out-dir target/android/kotlin target/debug/libnexa_ffi.so

# The XCFramework and Swift source of nexa-ffi/swift, on macOS with Xcode; for an app that ships: just ios "". Not run
# on the machine that builds the rest.
ios features="demo":
    #!/usr/bin/env bash
    set -euo pipefail
    out=nexa-ffi/swift generated=target/ios
    rm -rf "$out/Nexa.xcframework" "$generated" && mkdir -p "$generated/headers" "$out/Sources/Nexa"
    cargo build -p nexa-ffi --locked --no-default-features --features "bindgen,{{features}}"
    target/debug/uniffi-bindgen generate --no-format --language swift --config nexa-ffi/uniffi.toml \
      --out-dir "$generated" target/debug/libnexa_ffi.dylib
    cp "$generated/NexaFFI.h" "$generated/headers/" && cp "$generated/NexaFFI.modulemap" "$generated/headers/module.modulemap"
    cp "$generated/Nexa.swift" "$out/Sources/Nexa/"
    parts=()
    for target in aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin; do
      rustup target add "$target"
      cargo rustc -p nexa-ffi --lib --crate-type staticlib --locked --profile ffi --target "$target" \
        --no-default-features --features "{{features}}"
      parts+=(-library "target/$target/ffi/libnexa_ffi.a" -headers "$generated/headers")
    done
    xcodebuild -create-xcframework "${parts[@]}" -output "$out/Nexa.xcframework"
