#!/usr/bin/env bash
# From start to ready with 2.4 million grants of 20,000 applications, and the most memory that the process ever had.
#   APPLICATIONS 20000   GRANTS 2400000
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

applications=${APPLICATIONS:-20000} grants=${GRANTS:-2400000}
build_all
start_world "$applications" "$grants"

began=$(date +%s.%N)
start_tokens 4002
wait_for 300 "$last" tokens curl -fs http://127.0.0.1:4002/health/ready
seconds=$(awk -v a="$(date +%s.%N)" -v b="$began" 'BEGIN { printf "%.1f", a - b }')
cpu=$(cpu_seconds "$last")
megabytes=$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$last/status")
now=$(resident "$last")
# Loaded means that a token comes out of it.
curl -fs http://127.0.0.1:4002/oauth/token -u orders:orders-secret-0123456789abcdef \
  -d 'grant_type=client_credentials&resource=urn:marketplace:api-1:v1:production' >/dev/null || fail "No token is issued."
printf '%s applications, %s grants: ready after %s s (%s CPU-seconds of ours), now %s MB\n' "$applications" "$grants" "$seconds" "$cpu" "$now"
echo "seconds=$seconds"
echo "megabytes=$megabytes"
