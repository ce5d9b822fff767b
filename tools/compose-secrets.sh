#!/bin/sh
# Makes the secret files of docker-compose.yml; those that exist stay as they are.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
make() { [ -s "secrets/$1" ] || { head -c "$2" /dev/urandom | base64 | tr -d '\n' > "secrets/$1"; echo "made secrets/$1"; }; }
make master-key 32
make postgres-password 24
make admin-password 18
[ -s secrets/pgpass ] || printf 'postgres:5432:marketplace:marketplace:%s\n' "$(cat secrets/postgres-password)" > secrets/pgpass
[ -f secrets/gateway-client-secret ] || : > secrets/gateway-client-secret
# A container sees the file itself, as an unprivileged user; nobody else on this machine passes through the folder.
chmod 644 secrets/*
chmod 700 secrets
