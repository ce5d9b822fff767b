#!/bin/sh
# Copies what browsers need from node_modules into the portal; run again after `npm ci` or when a page uses a new icon.
set -eu
cd "$(dirname "$0")/.."
portal=src/Marketplace.Portal
lib=$portal/wwwroot/lib
modules=node_modules
[ -d "$modules/@tabler/core" ] || { echo "Run \`npm ci\` first." >&2; exit 1; }

mkdir -p "$lib/icons" "$lib/fonts"
copy() { cmp -s "$1" "$2" || cp "$1" "$2"; }
copy $modules/htmx.org/dist/htmx.min.js "$lib/htmx.min.js"
copy $modules/@tabler/core/dist/css/tabler.min.css "$lib/tabler.min.css"
copy $modules/@scalar/api-reference/dist/browser/standalone.js "$lib/scalar.js"
for font in inter jetbrains-mono; do
  copy "$modules/@fontsource-variable/$font/files/$font-latin-wght-normal.woff2" "$lib/fonts/$font-latin-wght-normal.woff2"
done

# Tabler has 5,000 icons and the pages name a few of them: any quoted word that is an icon's name is taken.
grep -rhoE '"[a-z][a-z0-9-]*"' "$portal" --include='*.razor' --include='*.cs' --exclude-dir=obj --exclude-dir=bin |
  tr -d '"' | sort -u | while read -r name; do
    icon=$modules/@tabler/icons/icons/outline/$name.svg
    if [ -f "$icon" ]; then copy "$icon" "$lib/icons/$name.svg"; fi
  done
