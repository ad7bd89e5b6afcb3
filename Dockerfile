# Not built by this project's own CI: no container engine runs there. Report what does not hold.
#
#   docker build -t nexa .
#   docker run --rm -p 8080:8080 -v nexa-data:/data --read-only --tmpfs /tmp --cap-drop ALL \
#     --security-opt no-new-privileges nexa
#
# To serve customers from the container, run it with --network host and give it `public_host`.
#
# The program reads /data/nexa.toml (see examples/nexa.toml) and keeps its database beside it. It writes nowhere else but
# to /tmp. Several on one database: examples/deploy/compose.yml.
#
# The same sources and the same base images give the same program: name both images by digest (`--build-arg
# BUILD=rust@sha256:…`), and the time of the commit (`--build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`).

ARG BUILD=rust:1.95-slim-bookworm
ARG BASE=debian:bookworm-slim

FROM ${BUILD} AS build
ARG SOURCE_DATE_EPOCH=0
WORKDIR /src
COPY . .
# No path of the building machine in the program, as in `just release`.
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} CARGO_INCREMENTAL=0 \
    RUSTFLAGS="--remap-path-prefix=/src=/nexa --remap-path-prefix=/usr/local/cargo=/cargo"
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --bin nexa \
    && cp target/dist/nexa /nexa

FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin nexa \
    && install -d -o nexa -g nexa -m 0700 /data
COPY --from=build --chmod=0755 /nexa /usr/local/bin/nexa
# By number, so that a cluster sees that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
# For the check below, inside of the container. For whoever watches from a network of your own:
# NEXA_ADMIN=0.0.0.0:9464 and NEXA_ADMIN_PUBLIC=true, and no published port.
ENV NEXA_ADMIN=127.0.0.1:9464
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["nexa", "health"]
ENTRYPOINT ["nexa"]
CMD ["serve"]
