# shellcheck shell=bash
# Measuring with wrk; $connections are open at once.

# An answer that is no token would be fast too.
check() {
  curl -fs "$1" -u orders:orders-secret-0123456789abcdef -d 'grant_type=client_credentials&scope=createPayment%20getPayment' |
    node -e 'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>{const [h,p]=JSON.parse(s).access_token.split(".").slice(0,2).map(x=>JSON.parse(Buffer.from(x,"base64url")));if(h.alg!=="ES256"||p.scope!=="createPayment getPayment")process.exit(1)})' ||
    fail "$2 issues no ES256 token with the two operations."
}

# round <script> <url> <process> <seconds> [wrk options…]: tokens per second, per CPU-second of the process, p99 in ms.
round() {
  local script=$1 url=$2 process=$3 seconds=$4 before=0 after=0
  [ "$process" = 0 ] || before=$(cpu_seconds "$process")
  wrk -t1 -c"$connections" -d"${seconds}s" --latency -s "$script" "${@:5}" "$url" >"$work/wrk"
  [ "$process" = 0 ] || after=$(cpu_seconds "$process")
  ! grep -E 'Non-2xx|Socket errors' "$work/wrk" >&2 || fail "$url refused requests."
  awk -v cpu="$(awk -v a="$after" -v b="$before" 'BEGIN { print a - b }')" '
    $1 == "99%" { p = $2; ms = p ~ /us$/ ? p / 1000 : p ~ /ms$/ ? p + 0 : p * 1000 }
    / requests in / { n = $1 }
    $1 == "Requests/sec:" { rate = $2 }
    END { printf("%d %d %.2f\n", rate, (cpu > 0 ? n / cpu : 0), ms) }' "$work/wrk"
}

# private_key_jwt: each assertion is sent once. Beside the limit of one verification plus one signature. What all
# assertions of a moment share weighs less the more there are, so at two numbers of connections.
measure_assertions() {
  local limit connections n=60000 each=40000 i
  # The issuer is the one audience.
  bench assertions "$work" 300000 http://localhost:4002
  connections=64 ASSERTIONS=$work/assertions round bench/lib/assertion.lua "$1" 0 3 >/dev/null
  for i in 1 2 3; do
    bench verify-and-sign 1 >>"$work/limit"
    for connections in 32 64; do
      ASSERTIONS=$work/assertions OFFSET=$n round bench/lib/assertion.lua "$1" "$2" 2 >>"$work/jwt$connections"
      n=$((n + each))
    done
  done
  limit=$(median <"$work/limit")
  printf 'one verification and one signature: %s per CPU-second\n' "$limit"
  for connections in 32 64; do
    printf 'private_key_jwt, %s connections: %s tokens/s, %s per CPU-second, p99 %s ms\n' "$connections" \
      "$(column "jwt$connections" 1)" "$(column "jwt$connections" 2)" "$(column "jwt$connections" 3)"
    echo "private_key_jwt_share_$connections=$(quotient "$(column "jwt$connections" 2)" "$limit")"
  done
}

# private_key_jwt for longer than an assertion takes to fill the memory of used ones: does it stay as fast, and bounded?
measure_long() {
  local part=30 each=700000 connections=64 n=0 i before
  bench assertions "$work" $((each * $3 / part)) http://localhost:4002
  before=$(resident "$2")
  for ((i = 0; i < $3; i += part)); do
    ASSERTIONS=$work/assertions OFFSET=$n round bench/lib/assertion.lua "$1" "$2" "$part" >>"$work/long"
    printf 'private_key_jwt, from second %s on: %s tokens/s, %s per CPU-second, p99 %s ms; %s MB\n' "$i" $(tail -n 1 "$work/long") "$(resident "$2")"
    n=$((n + each))
  done
  echo "private_key_jwt_last_to_first=$(quotient "$(tail -n 1 "$work/long" | cut -d' ' -f1)" "$(head -n 1 "$work/long" | cut -d' ' -f1)")"
  echo "private_key_jwt_megabytes=$(resident "$2"), before it $before"
}

# A new TLS connection for every request.
measure_connections() {
  local script=$work/close.lua process
  { cat "$peer/token.lua"; echo 'wrk.headers["Connection"]="close"'; } >"$script"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -days 1 -subj /CN=localhost 2>/dev/null
  start_tokens 4003 MARKETPLACE_MTLS_PORT=4004 MARKETPLACE_MTLS_CERTIFICATE="$work/tls.pem" MARKETPLACE_MTLS_KEY="$work/tls.key"
  process=$last
  wait_for 60 "$process" tokens curl -fs http://127.0.0.1:4003/health/ready
  round "$script" https://localhost:4004/oauth/token 0 4 >/dev/null
  printf 'new_tls_connection_each: %s tokens/s, %s per CPU-second, p99 %s ms\n' $(round "$script" https://localhost:4004/oauth/token "$process" "$1")
}
