# shellcheck shell=bash
# Children of up.sh: each in a session of its own, so that a terminal's Ctrl-C reaches up.sh alone and the order of
# stopping is ours; and each told by the kernel when up.sh dies, however that happens.

declare -A process=()
order=()

# start <name> <command…>; its output goes to the data folder.
start() {
  local name=$1
  shift
  setpriv --pdeathsig TERM setsid "$@" >"$data/logs/$name.log" 2>&1 </dev/null &
  process[$name]=$!
  order+=("$name")
}

is_running() { kill -0 "${process[$1]}" 2>/dev/null; }

give_up() {
  printf 'The %s ended. The last it said:\n' "$1" >&2
  tail -n 15 "$data/logs/$1.log" >&2
  exit 1
}

# The last started is the first to stop: the database's host comes last.
stop_all() {
  local i name
  trap '' INT TERM HUP
  if [ ${#order[@]} -gt 0 ]; then echo; echo "Stopping …"; fi
  for ((i = ${#order[@]} - 1; i >= 0; i--)); do
    name=${order[i]}
    kill -TERM "${process[$name]}" 2>/dev/null || continue
    wait "${process[$name]}" 2>/dev/null || true
  done
}

# Until the host ends; a sample that ends is reported and missed.
wait_for_end() {
  local name
  while is_running host; do
    for name in "${!process[@]}"; do
      if is_running "$name"; then continue; fi
      [ "$name" != host ] || give_up host
      printf 'The %s ended; see %s\n' "$name" "$data/logs/$name.log" >&2
      unset "process[$name]"
    done
    sleep 1 &
    wait $! || true
  done
  give_up host
}

# Where data lies: PostgreSQL never runs as root, so as root its user must be able to reach the folder.
data_folder() {
  local folder=${MARKETPLACE_DATA:-}
  if [ -z "$folder" ]; then
    folder=$PWD/.data
    if [ "$(id -u)" = 0 ] && ! setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$PWD"; then
      folder=/var/lib/marketplace/$(basename "$PWD")
      install -d -m 755 /var/lib/marketplace
    fi
  fi
  mkdir -p -m 711 "$folder" 2>/dev/null || fail "The data folder $folder cannot be made. Choose another with MARKETPLACE_DATA."
  (cd "$folder" && pwd)
}

find_haproxy() {
  tools/haproxy.sh "$1/tools" 2>"$1/haproxy-setup.log" ||
    printf 'HAProxy could not be fetched (%s); going on without the gateway.\n' "$1/haproxy-setup.log" >&2
}
