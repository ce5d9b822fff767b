#!/usr/bin/env bash
# An API's owner suspends, resumes and ends all 50,000 grants of 5,000 applications of 850 teams at once, in a full-size
# marketplace; the quotas of as many are counted. Each in one transaction with its messages, audit events and policy revision.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

build_all
export MARKETPLACE_MASTER_KEY
MARKETPLACE_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
start ends dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll ends "$work"
wait_for 900 "$last" ends test -e "$work/connection"
cat "$work/ends.log"
