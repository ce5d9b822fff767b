#!/bin/sh
# Prints the path of a haproxy, fetching Debian's first when there is none: installed as root, else unpacked into $1.
set -eu
folder=$1
for found in "$(command -v haproxy || true)" /usr/sbin/haproxy "$folder/haproxy"; do
  if [ -n "$found" ] && [ -x "$found" ]; then echo "$found"; exit 0; fi
done
command -v apt-get >/dev/null || exit 1
exec 3>&1 1>&2

if [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq install -y --no-install-recommends haproxy ||
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends haproxy; }
  # The gateway is started by up.sh; Debian's own service would only idle.
  if [ -d /run/systemd/system ]; then systemctl disable -q --now haproxy || true; fi
  echo /usr/sbin/haproxy >&3
  exit 0
fi

# Without root: apt with its lists and downloads in a folder of ours, but the machine's knowledge of what is installed.
apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial"
private="-o Dir::State::Lists=$apt/lists -o Dir::Cache=$apt -o Dir::Cache::Archives=$apt/archives -o Debug::NoLocking=1 -o APT::Sandbox::User="
# shellcheck disable=SC2086
apt-get -qq $private update
# shellcheck disable=SC2086
apt-get -qq $private install -y --no-install-recommends --download-only haproxy
for package in "$apt"/archives/*.deb; do dpkg -x "$package" "$folder/unpacked"; done
cat > "$folder/haproxy" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH=$(echo "$folder"/unpacked/usr/lib/*-linux-gnu) exec "$folder/unpacked/usr/sbin/haproxy" "\$@"
WRAPPER
chmod +x "$folder/haproxy"
"$folder/haproxy" -v >/dev/null
rm -rf "$apt"
echo "$folder/haproxy" >&3
