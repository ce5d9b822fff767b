# shellcheck shell=bash
# What the benchmarks share. Everything lives in one temporary folder, and every process started here ends with the script.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
fail() { printf '%s\n' "$*" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/marketplace-bench.XXXXXX")
# PostgreSQL never runs as root; its own user must reach the folder.
chmod 711 "$work"
started=()
end_all() {
  local i
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill -TERM "${started[i]}" 2>/dev/null || continue
    wait "${started[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap end_all EXIT
trap 'exit 1' INT TERM HUP

bench() { dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll "$@"; }
build_all() {
  dotnet build bench/Marketplace.Bench -c Release -v q -nologo >"$work/build.log" || { tail -n 20 "$work/build.log" >&2; exit 1; }
}

# start <log> <command…>: its id is in $last.
start() {
  local log=$1
  shift
  setpriv --pdeathsig TERM "$@" >"$work/$log.log" 2>&1 </dev/null &
  last=$!
  started+=("$last")
}

# wait_for <seconds> <process> <log> <command…> until it succeeds.
wait_for() {
  local until=$((SECONDS + $1)) process=$2 log=$3
  shift 3
  until "$@" >/dev/null 2>&1; do
    kill -0 "$process" 2>/dev/null || { tail -n 20 "$work/$log.log" >&2; fail "The $log ended."; }
    [ $SECONDS -lt $until ] || { tail -n 20 "$work/$log.log" >&2; fail "The $log is not ready."; }
    sleep 0.05
  done
}

# A PostgreSQL with so many applications and grants, and APIs of 60 endpoints (100).
start_world() {
  export MARKETPLACE_MASTER_KEY
  MARKETPLACE_MASTER_KEY=$(head -c 32 /dev/urandom | base64)
  start world dotnet bench/Marketplace.Bench/bin/Release/net10.0/Marketplace.Bench.dll world "$work" "$1" "$2" "${3:-100}"
  wait_for 900 "$last" world test -e "$work/connection"
}

# The token plane as it is shipped, alone in its process; its id is in $last.
start_tokens() {
  start tokens env Planes=token MARKETPLACE_PORT="$1" MARKETPLACE_DATA="$work/data" ConnectionStrings__Marketplace="$(cat "$work/connection")" \
    "${@:2}" dotnet src/Marketplace.Host/bin/Release/net10.0/Marketplace.Host.dll
}

# CPU time of a process with all its threads, in seconds (proc(5): utime and stime).
cpu_seconds() { sed 's/.*) //' "/proc/$1/stat" | awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f", ($12 + $13) / hz }'; }
# Memory that a process holds now, in MB.
resident() { awk '$1 == "VmRSS:" { print int($2 / 1024) }' "/proc/$1/status"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
quotient() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
