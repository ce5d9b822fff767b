#!/usr/bin/env bash
# Replays real series through the anomaly view: how often it raises an alarm on them as they are, and which injected faults
# it finds, after how long. No public record of API calls with these seasons is at hand, so departures of airports stand in
# for calls, those an hour or more late for refusals, minutes late for milliseconds. Simulated series come after them.
#   AIRPORTS held|chosen   the half that the limits were not chosen on, or the one that they were
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

[ -d bench/anomalies/node_modules ] || npm ci --prefix bench/anomalies --ignore-scripts --silent
build_all
node bench/anomalies/series.mjs >"$work/series.jsonl"
bench anomalies "$work/series.jsonl" "${AIRPORTS:-held}"
