#!/usr/bin/env bash
# Sets up what is missing and passes every test. The last line is: N passed, N failed.
#   ./test.sh Core Host   runs the projects whose names contain these words
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tools/setup.sh
. tools/setup.sh

need_tools
# A browser that draws no windows, where Debian has it: they cost more than the pages in them.
(debian_packages chromium-headless-shell:chromium-headless-shell 2>/dev/null) || debian_packages chromium:chromium
debian_packages haproxy:haproxy nginx:nginx wrk:wrk curl:curl faketime:faketime
npm_packages .
if [ -f tests/clients/package.json ]; then npm_packages tests/clients; fi
build all Marketplace.sln src samples db tests e2e package-lock.json
# A test runs up.sh: it must find nothing to build.
build run tools/run.slnf src samples db package-lock.json

results=TestResults
rm -rf "$results"
mkdir -p "$results"

# Every project that calls itself a test has a word in this, also the one that has no test yet.
projects=$(find tests e2e -name '*.csproj' ! -name 'Marketplace.Testing.csproj' | sort)
if [ $# -gt 0 ]; then projects=$(for word; do grep -F "$word" <<<"$projects" || true; done | sort -u); fi
[ -n "$projects" ] || fail "No test project matches."

# As many at once as there are processors; those that take longest first, so that none of them is alone at the end.
longest=$(for word in Portal EndToEnd Host Core ControlPlane Tokens; do grep -F "Marketplace.$word" <<<"$projects" || true; done)
{ [ -z "$longest" ] || printf '%s\n' "$longest"; grep -vxF "${longest:-none}" <<<"$projects" || true; } |
  xargs -P "$(nproc)" -I{} tools/test-project.sh {} "$results"

node tools/test-sum.mjs "$results" "$(wc -l <<<"$projects")"
