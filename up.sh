#!/usr/bin/env bash
# Sets up what is missing and runs the marketplace with its samples. Ctrl-C stops all of it.
#   MARKETPLACE_PORT  5080; the samples take the five ports after it
#   MARKETPLACE_DATA  .data here
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tools/setup.sh
. tools/setup.sh
# shellcheck source=tools/processes.sh
. tools/processes.sh
# shellcheck source=tools/next.sh
. tools/next.sh

port=${MARKETPLACE_PORT:-5080}
case $port in ''|*[!0-9]*) fail "MARKETPLACE_PORT is \"$port\", which is no port." ;; esac
data=$(data_folder)
url=http://localhost:$port
demo=$data/demo

need_tools
npm_packages .
build run tools/run.slnf src samples db package-lock.json
haproxy=$(find_haproxy "$data")
taken=$(node tools/ready.mjs --free $((port)) $((port + 1)) $((port + 2)) $((port + 3)) $((port + 4)) $((port + 5)))
[ -z "$taken" ] || fail "Another program listens on port $taken. Stop it, or choose another port: MARKETPLACE_PORT=$((port + 100)) ./up.sh"

mkdir -p "$data/logs"
trap stop_all EXIT
trap 'exit 0' INT TERM HUP

start host env MARKETPLACE_PORT="$port" MARKETPLACE_DATA="$data" dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
node tools/ready.mjs 90 "$url/health/ready" & ready=$!
while kill -0 "$ready" 2>/dev/null; do is_running host || give_up host; sleep 0.1; done
wait "$ready" || give_up host

if [ -f "$demo/seeded" ]; then
  # shellcheck source=tools/samples.sh
  . tools/samples.sh
fi
show_next
wait_for_end
