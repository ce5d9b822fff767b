#!/usr/bin/env bash
# Tokens per second beside the peer of ../shared/bench/oidc-provider (node oidc-provider 9, ES256, in memory), and beside
# what the processor can sign: the same client with the same request, alternating rounds, medians.
#   ROUNDS 5   SECONDS_EACH 5   CONNECTIONS 32
#   LONG 0: seconds of one more round of private_key_jwt, such as 150, to see that it does not slow down with what it remembers
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=lib/rounds.sh
. bench/lib/rounds.sh

rounds=${ROUNDS:-5} each=${SECONDS_EACH:-5} connections=${CONNECTIONS:-32}
peer=$(realpath -m ../shared/bench/oidc-provider)
[ -f "$peer/server.mjs" ] || fail "The peer is missing: $peer holds no server.mjs. Nothing was measured."
command -v wrk >/dev/null || fail "wrk is missing: apt-get install wrk"
command -v node >/dev/null || fail "Node.js is missing: apt-get install nodejs npm"

build_all
mkdir "$work/peer"
cp "$peer/package.json" "$peer/server.mjs" "$work/peer/"
npm install --prefix "$work/peer" --no-audit --no-fund --ignore-scripts --silent >"$work/npm.log" 2>&1 || { cat "$work/npm.log" >&2; fail "The peer cannot be installed."; }

ours=http://127.0.0.1:4002/oauth/token theirs=http://127.0.0.1:4001/token
start_world 2200 100000
start_tokens 4002
us=$last
wait_for 120 "$us" tokens curl -fs http://127.0.0.1:4002/health/ready
# One core at most would serve the peer; like us, it is given the whole machine.
start peer env NODE_ENV=production node "$work/peer/server.mjs"
them=$last
wait_for 30 "$them" peer curl -fs http://127.0.0.1:4001/.well-known/openid-configuration

check "$ours" ours
check "$theirs" theirs
# Compiled and warm before anything counts.
for url in "$ours" "$theirs" "$ours"; do round "$peer/token.lua" "$url" 0 "$((each + 3))" >/dev/null; done
for ((i = 1; i <= rounds; i++)); do
  bench sign 2 >>"$work/sign"
  round "$peer/token.lua" "$ours" "$us" "$each" >>"$work/ours"
  round "$peer/token.lua" "$theirs" "$them" "$each" >>"$work/theirs"
  printf 'round %s: ours %s tokens/s (%s per CPU-second, p99 %s ms), the peer %s (%s, p99 %s ms), signatures %s per CPU-second\n' "$i" \
    $(tail -n 1 "$work/ours") $(tail -n 1 "$work/theirs") "$(tail -n 1 "$work/sign")"
done
# On a machine that others use, p99 is mostly theirs.
printf 'load average: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
column() { cut -d' ' -f"$2" "$work/$1" | median; }

measure_assertions "$ours" "$us"
[ "${LONG:-0}" = 0 ] || measure_long "$ours" "$us" "$LONG"
measure_connections "$each" "$connections"

printf 'ours: %s tokens/s, %s per CPU-second; the peer: %s tokens/s, %s per CPU-second; raw signatures: %s per CPU-second\n' \
  "$(column ours 1)" "$(column ours 2)" "$(column theirs 1)" "$(column theirs 2)" "$(column sign 1)"
echo "ratio_per_cpu_second=$(quotient "$(column ours 2)" "$(column theirs 2)")"
echo "ratio=$(quotient "$(column ours 1)" "$(column theirs 1)")"
echo "limit_share=$(quotient "$(column ours 2)" "$(column sign 1)")"
echo "p99_ms=$(column ours 3)"
