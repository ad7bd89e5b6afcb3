#!/usr/bin/env bash
# Runs the two snippets beside this file: a primary and its synchronous standby on loopback, in a folder that is gone
# afterwards. Shows that a commit waits for the standby and that the standby can take over. PostgreSQL 13 or later; not as
# root. Usage: ./try-on-loopback.sh [FOLDER OF PostgreSQL'S PROGRAMS]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=${1:-/usr/lib/postgresql/$(ls /usr/lib/postgresql | sort -n | tail -1)/bin}:$PATH
home=$(mktemp -d)

finish() {
  for server in primary standby; do
    pg_ctl -D "$home/$server" -m immediate stop >/dev/null 2>&1 || true
  done
  rm -rf "$home"
}
trap finish EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
first=$(free_port) second=$(free_port)
ask() { psql -X -h 127.0.0.1 -p "$1" -U nexa -d postgres -Atc "$2"; }
wait_for() { # until the question has this answer
  for _ in $(seq 200); do
    [ "$(ask "$1" "$2" 2>/dev/null || true)" = "$3" ] && return 0
    sleep 0.1
  done
  echo "never: $2 = $3" >&2
  tail -n 20 "$home"/*.log >&2
  return 1
}

initdb -D "$home/primary" -A trust -U nexa -E UTF8 --locale=C.UTF-8 --data-checksums >"$home/init.log"
cp "$here/primary.conf" "$home/primary/"
cat >>"$home/primary/postgresql.conf" <<EOF
include 'primary.conf'
# This machine only, and small.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = $first
shared_buffers = 16MB
EOF
pg_ctl -D "$home/primary" -l "$home/primary.log" -w start >/dev/null

# The standby: a copy, a slot that keeps what it has not seen, and its name.
pg_basebackup -D "$home/standby" -h 127.0.0.1 -p "$first" -U nexa --checkpoint=fast --wal-method=stream \
  --create-slot --slot=standby1 --write-recovery-conf
cp "$here/standby.conf" "$home/standby/"
cat >>"$home/standby/postgresql.conf" <<EOF
include 'standby.conf'
port = $second
primary_conninfo = 'host=127.0.0.1 port=$first user=nexa application_name=standby1'
EOF
# What the copy's tool wrote wins over postgresql.conf, and does not know the name.
sed -i '/primary_conninfo/d' "$home/standby/postgresql.auto.conf"
pg_ctl -D "$home/standby" -l "$home/standby.log" -w start >/dev/null

wait_for "$first" "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby1'" quorum
ask "$first" "CREATE TABLE sale (id int)" >/dev/null
ask "$first" "INSERT INTO sale VALUES (1)" >/dev/null
wait_for "$second" "SELECT count(*) FROM sale" 1
echo "ok   a sale on the primary is on the standby"

pg_ctl -D "$home/standby" -m immediate stop >/dev/null
if PGOPTIONS='-c statement_timeout=2s' timeout 5 psql -X -h 127.0.0.1 -p "$first" -U nexa -d postgres -Atc \
  "INSERT INTO sale VALUES (2)" >/dev/null 2>&1; then
  echo "FAIL a sale was acknowledged without a standby" >&2
  exit 1
fi
echo "ok   no sale is acknowledged while there is no standby"
pg_ctl -D "$home/standby" -l "$home/standby.log" -w start >/dev/null
wait_for "$first" "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby1'" quorum
ask "$first" "INSERT INTO sale VALUES (3)" >/dev/null

pg_ctl -D "$home/primary" -m immediate stop >/dev/null
pg_ctl -D "$home/standby" -w promote >/dev/null
# It waits for nobody until it has a standby of its own.
ask "$second" "ALTER SYSTEM SET synchronous_standby_names = ''" >/dev/null
ask "$second" "SELECT pg_reload_conf()" >/dev/null
[ "$(ask "$second" "SELECT count(*) FROM sale WHERE id IN (1, 3)")" = 2 ] || { echo "FAIL a sale is lost" >&2; exit 1; }
ask "$second" "INSERT INTO sale VALUES (4)" >/dev/null
echo "ok   the standby took over with every sale, and sells on"
