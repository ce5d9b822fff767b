#!/usr/bin/env bash
# Client-side load balancing of the SDK beside plain round robin, at the same time over the same three providers, of which
# one turns slow (300 ms), one dies and one joins: p99 from when each call was due, and calls that failed.
#   SECONDS_LONG 60   RATE 200 (calls a second, of each)
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

build_all
bench balance "${SECONDS_LONG:-60}" "${RATE:-200}"
