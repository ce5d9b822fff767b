# shellcheck shell=bash
# The samples beside the marketplace, with the credentials that the demo's first start has handed out.

as_data_plane=(env "Marketplace__Url=$url" "Marketplace__ClientId=$(cat "$demo/data-plane.id")" "Marketplace__ClientSecretFile=$demo/data-plane.secret"
  Marketplace__Api=payments Marketplace__Version=v1 Marketplace__Environment=production)

if [ -n "$haproxy" ]; then
  start gateway dotnet src/Marketplace.Cli/bin/Release/net10.0/mkt.dll gateway run haproxy --url "$url" \
    --api payments --version v1 --environment production --haproxy "$haproxy" \
    --client-id "$(cat "$demo/data-plane.id")" --client-secret-file "$demo/data-plane.secret" \
    --bind "127.0.0.1:$((port + 3))" --backend "127.0.0.1:$((port + 2))" --out "$data/gateway"
fi
