#!/usr/bin/env bash
# Every page of the portal on a full-size database (2,200 applications, 125,000 endpoints, 100,000 grants), with the biggest
# of everything: an application with 5,000 grants, an API with 5,000 consumers, an inbox of 10,000 requests that wait, a
# million audit events. Each page is asked for 20 times a second, whether or not the last answer came, by its owner and by a
# platform role: time to the first byte. A while of each page before it counts; the first look is told beside it, and the
# slowest are asked for again, three times as long. Pages are listed by the application itself, and one that is neither
# measured nor named as left out fails the run. Some 240 views: 7.5 minutes with a second each, half an hour with five.
#   SECONDS_EACH 5   PER_SECOND 20   ONLY part-of-an-address   KEEP a folder that keeps the database for the next run
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

build_all
world=${KEEP:-$work}
mkdir -p "$world"
chmod 711 "$world"
[ -e "$world/loaded" ] || rm -rf "$world/postgres"
rm -f "$world/connection"
[ -e "$world/master" ] || head -c 32 /dev/urandom | base64 >"$world/master"
export MARKETPLACE_MASTER_KEY MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace
MARKETPLACE_MASTER_KEY=$(cat "$world/master")
start world dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll crowd "$world"
wait_for 1800 "$last" world test -e "$world/connection"
ConnectionStrings__Marketplace=$(cat "$world/connection")

start host env MARKETPLACE_PORT=4010 Logging__LogLevel__Default=Warning Logging__LogLevel__Marketplace=Warning \
  dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
host=$last
wait_for 120 "$host" host curl -fs http://127.0.0.1:4010/health/ready
before=$(cpu_seconds "$host")
MARKETPLACE_PORT=4010 bench pages "$world" http://127.0.0.1:4010 "${SECONDS_EACH:-5}" "${PER_SECOND:-20}" | tee "$work/pages"
printf 'the host: %s CPU-seconds, %s MB; load average: %s\n' \
  "$(awk -v a="$(cpu_seconds "$host")" -v b="$before" 'BEGIN { printf "%.1f", a - b }')" "$(resident "$host")" "$(cut -d' ' -f1-3 /proc/loadavg)"
tail -n 1 "$work/pages"
