# Not built by this project's own CI: no container engine runs there. Report what does not hold.
#
#   docker build -t nexa .
#   docker run --rm -p 8080:8080 -v nexa-data:/data nexa
#
# To serve customers from the container, run it with --network host and give it `public_host`.
#
# The program reads /data/nexa.toml (see examples/nexa.toml) and keeps its database beside it.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --bin nexa \
    && cp target/dist/nexa /nexa

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin nexa \
    && install -d -o nexa -g nexa -m 0700 /data
COPY --from=build /nexa /usr/local/bin/nexa
USER nexa
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["nexa"]
CMD ["serve"]
