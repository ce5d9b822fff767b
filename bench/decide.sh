#!/usr/bin/env bash
# What a service pays per call: the SDK verifies a token and decides, beside npm jose (jwtVerify and a Map lookup) on the
# same tokens, alternating rounds, medians. One API of 10,000 operations, 10,000 clients with a dozen grants each.
# Per second means per CPU-second, all threads of either counted; limit_share is ours to what the framework alone verifies.
# An ordinary API (60 operations, 50 clients) is loaded as well, for its memory.
#   ROUNDS 3   OPERATIONS 10000   CLIENTS 10000   TOKENS 100000
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "$0")/lib/common.sh"

rounds=${ROUNDS:-3} operations=${OPERATIONS:-10000} clients=${CLIENTS:-10000} tokens=${TOKENS:-100000}
[ -d tests/clients/node_modules/jose ] || npm ci --prefix tests/clients --ignore-scripts --silent
build_all
# Where node looks for jose.
cp bench/lib/decide.mjs "$work/"
ln -s "$PWD/tests/clients/node_modules" "$work/node_modules"

bench decide write "$work" "$operations" "$clients" "$tokens"
mkdir "$work/ordinary"
bench decide write "$work/ordinary" 60 50 50
ordinary=$(bench decide policy "$work/ordinary")
for ((i = 1; i <= rounds; i++)); do
  bench decide run "$work" "$clients" >>"$work/ours"
  node "$work/decide.mjs" "$work" >>"$work/theirs"
  printf 'round %s: ours %s/s unseen, %s µs and p99 %s µs seen (%s/s), policy %s kB; limit %s/s; jose %s/s\n' "$i" \
    $(tail -n 1 "$work/ours") "$(tail -n 1 "$work/theirs")"
done
column() { cut -d' ' -f"$2" "$work/$1" | median; }
printf 'load average: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
printf 'seen: %s µs at the median, %s decisions/s\n' "$(column ours 2)" "$(column ours 4)"
echo "policy_mb=$(quotient "$(column ours 5)" 1024)"
echo "ordinary_policy_kb=$ordinary"
echo "limit_per_s=$(column ours 6)"
echo "limit_share=$(quotient "$(column ours 1)" "$(column ours 6)")"
echo "jose_per_s=$(column theirs 1)"
echo "ratio=$(quotient "$(column ours 1)" "$(column theirs 1)")"
echo "unseen_per_s=$(column ours 1)"
echo "seen_p99_us=$(column ours 3)"
