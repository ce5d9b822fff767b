# shellcheck shell=bash
# What up.sh and test.sh do before their own work; each step is skipped while its inputs are as they were.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=1

fail() { printf '%s\n' "$*" >&2; exit 1; }

need_tools() {
  command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --version >/dev/null 2>&1 || fail "No .NET SDK fits global.json; .NET 10 is needed. Found: $(dotnet --list-sdks | tr '\n' ' ')"
  command -v npm >/dev/null || fail "Node.js with npm is missing: apt-get install nodejs npm"
}

# A fingerprint of files by content of the small ones that decide, or by name, size and time of many.
by_content() { cat "$@" | sha256sum | cut -d' ' -f1; }
by_time() { find "$@" \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -printf '%p %s %T@\n' | sort | sha256sum | cut -d' ' -f1; }

is_stamped() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$(dirname "$1")"; printf '%s\n' "$2" > "$1"; }

npm_packages() {
  local folder=$1 print
  print=$(by_content "$folder/package.json" "$folder/package-lock.json")
  if is_stamped "$folder/node_modules/.marketplace" "$print"; then return; fi
  echo "Installing the npm packages of $folder …"
  (cd "$folder" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error) || fail "npm ci failed in $folder."
  stamp "$folder/node_modules/.marketplace" "$print"
}

# All projects go through one compiler, which the first of them warms up and which ends with the build. That it watches
# itself in order to become faster pays for nothing in so short a life.
compile() {
  local compiler=marketplace-$$ code=0
  DOTNET_TieredPGO=0 dotnet build "$1" -c Release -v quiet -nologo -clp:NoSummary -nodeReuse:false \
    -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" || code=$?
  dotnet "$(dotnet --info | sed -n 's/^ *Base Path: *//p')Roslyn/bincore/VBCSCompiler.dll" -shutdown -pipename:"$compiler" >/dev/null || true
  return $code
}

# build <name> <solution or filter> <inputs…>
build() {
  local name=$1 solution=$2 print stamp_file="src/Marketplace.Host/bin/$1.stamp"
  shift 2
  print=$(by_time "$@" Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt)
  if is_stamped "$stamp_file" "$print"; then return; fi
  echo "Building …"
  tools/assets.sh
  compile "$solution" || fail "The build failed."
  # The assets are among the inputs and may just have been copied.
  print=$(by_time "$@" Directory.Build.props Directory.Packages.props global.json .editorconfig BannedSymbols.txt)
  stamp "$stamp_file" "$print"
}

# debian_packages <program:package>…; programs that tests run for real.
debian_packages() {
  local pair missing=()
  for pair; do
    if command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ]; then continue; fi
    missing+=("${pair##*:}")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  [ "$(id -u)" = 0 ] || fail "These Debian packages are missing: ${missing[*]}. Install them, or run as root: apt-get install ${missing[*]}"
  echo "Installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update && apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || fail "apt-get could not install ${missing[*]}."
}
