# shellcheck shell=bash
# The samples beside the marketplace, with the credentials that the demo's first start has handed out.

# What they keep for a cold start stands in the data folder: a marketplace that begins anew has other policies.
built=bin/Release/net10.0
consumer_at=http://localhost:$((port + 4))

# start_sample <name> <folder> <assembly> <settings…>; a sample reads its appsettings.json from its own folder.
start_sample() {
  local name=$1 program=$PWD/samples/$2/$built/Marketplace.Samples.$3.dll
  shift 3
  start "$name" env -C "$(dirname "$program")" "$@" dotnet "$program"
}

start_sample provider provider Provider Port="$((port + 1))" Marketplace__Url="$url" Marketplace__StateFolder="$data/samples/provider" \
  Marketplace__Instance__Url="http://localhost:$((port + 1))" Marketplace__Instance__Version=1.0.0 \
  Marketplace__ClientId="$(cat "$demo/data-plane.id")" Marketplace__ClientSecretFile="$demo/data-plane.secret"
start_sample sandbox provider Provider Port="$((port + 5))" Marketplace__Url="$url" Marketplace__Environment=sandbox Marketplace__StateFolder="$data/samples/sandbox" \
  Marketplace__Instance__Url="http://localhost:$((port + 5))" Marketplace__Instance__Version=1.0.0 \
  Marketplace__ClientId="$(cat "$demo/data-plane.id")" Marketplace__ClientSecretFile="$demo/data-plane.secret"
start_sample unprotected provider Provider Port="$((port + 2))" Unprotected=true
start_sample consumer consumer Consumer Port="$((port + 4))" Consumer__Marketplace="$url" \
  Consumer__Direct="http://localhost:$((port + 1))" Consumer__Gateway="http://localhost:$((port + 3))" \
  Consumer__Every=00:00:05 Marketplace__Url="$url" Marketplace__StateFolder="$data/samples/consumer" \
  Marketplace__ClientId="$(cat "$demo/consumer.id")" Marketplace__ClientSecretFile="$demo/consumer.secret"
if [ -n "$haproxy" ]; then
  # HAProxy knows no blanks in paths, and a socket's path holds 92 characters: such a data folder is not for it.
  gateway=$data/gateway
  if [ ${#gateway} -gt 78 ] || [[ $gateway == *[!A-Za-z0-9/._-]* ]]; then
    gateway=$(mktemp -d)
    trap 'stop_all; rm -rf "$gateway"' EXIT
  fi
  start gateway dotnet "src/Marketplace.Cli/$built/mkt.dll" gateway run haproxy --url "$url" --haproxy "$haproxy" \
    --api payments --version v1 --environment production --out "$gateway" \
    --client-id "$(cat "$demo/data-plane.id")" --client-secret-file "$demo/data-plane.secret" \
    --bind "127.0.0.1:$((port + 3))" --backend "127.0.0.1:$((port + 2))"
fi

# The gateway has no page of its own: what it refuses without a token shows that it enforces.
node tools/ready.mjs 120 "http://localhost:$((port + 1))/health/ready" "http://localhost:$((port + 2))/health/ready" "http://localhost:$((port + 5))/health/ready" \
  "$consumer_at/health/ready" ${haproxy:+"any:http://127.0.0.1:$((port + 3))/payments"} || true
