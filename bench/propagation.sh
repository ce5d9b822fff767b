#!/usr/bin/env bash
# An application that holds a grant at each of 2,083 APIs (125,000 endpoints, 100,000 grants of 2,200 applications) is
# stopped, and lives again, while 10,000 data planes wait at one control plane: seconds until they hold the policy.
#   PULLERS 10000
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

ulimit -n "$(ulimit -H -n)"
build_all
start_world 2200 100000 2083
export MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace
ConnectionStrings__Marketplace=$(cat "$work/connection")
start_tokens 4008
wait_for 60 "$last" tokens curl -fs http://127.0.0.1:4008/health/ready
# The issuer that the token plane names is the control plane's too.
MARKETPLACE_PUBLIC_URL=http://localhost:4008 bench propagation "$work" http://localhost:4008 http://localhost:4009 "${PULLERS:-10000}"
