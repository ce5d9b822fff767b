#!/usr/bin/env bash
# An audit trail of a million events over eight years, chained by the product's own code, in a full-size marketplace:
# exported as JSON Lines and as CSV (memory of the host beside it), verified by mkt at the installation and from the
# export, searched by every filter of its page, a year of it erased by two people and verified again.
#   EVENTS 1000000
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

build_all
dotnet build src/Marketplace.Cli -c Release -v q -nologo >"$work/build.log" || { tail -n 20 "$work/build.log" >&2; exit 1; }
export MARKETPLACE_MASTER_KEY MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace
MARKETPLACE_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
start world dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll trail "$work" "${EVENTS:-1000000}"
wait_for 900 "$last" world test -e "$work/connection"
ConnectionStrings__Marketplace=$(cat "$work/connection")

start host env Planes=governance MARKETPLACE_PORT=4012 Logging__LogLevel__Default=Warning Logging__LogLevel__Marketplace=Warning \
  dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
wait_for 120 "$last" host curl -fs http://127.0.0.1:4012/health/ready
bench audit "$work" http://127.0.0.1:4012 "$last"
