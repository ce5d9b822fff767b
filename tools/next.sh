# shellcheck shell=bash
# What to try, once everything runs.

show_people() {
  echo
  echo "Demo people, for trying out only: this is NOT for production. Sign in at $url as"
  sed 's/^/  /' "$demo/people.txt"
  echo "  (kept in $demo/people.txt)"
}

# show_calls <what> <port>
show_calls() {
  local at=http://localhost:$2
  cat <<TEXT

  # $1
  curl -i -H "Authorization: Bearer \$TOKEN" $at/payments                    # granted: 200
  curl -i -H "Authorization: Bearer \$TOKEN" $at/payments/p-1001             # granted: 200
  curl -i -H "Authorization: Bearer \$TOKEN" -X DELETE $at/payments/p-1001   # not granted: 403 and the reason
TEXT
}

runs() { [ -n "${process[$1]:-}" ] && is_running "$1"; }

show_next() {
  echo
  echo "Marketplace runs on $url; data and logs in $data"
  if [ ! -f "$demo/seeded" ]; then return; fi
  show_people
  cat <<TEXT

Try next, in the browser: as daan find the endpoints of Payments, register an application and request two of them in
production; as olivia, then as sven (confidential data takes two people), approve them in the inbox; then call them from $consumer_at with the application's client id and secret.

Or, in another terminal, a service that calls two endpoints it was granted and one it was not:

  TOKEN=\$(curl -s -u "\$(cat '$demo/consumer.id'):\$(cat '$demo/consumer.secret')" \\
    -d grant_type=client_credentials -d resource=urn:marketplace:payments:v1:production \\
    $url/oauth/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
TEXT
  if runs provider; then show_calls "the provider, protected by the SDK" "$((port + 1))"; fi
  if runs gateway; then show_calls "an unprotected copy of it behind HAProxy" "$((port + 3))"; fi
  if runs consumer; then cat <<TEXT

The sample consumer does the same from a page: $consumer_at
By itself it calls two endpoints every five seconds, by the API's name. As olivia see at $url/apis/payments/v1 who calls (Usage),
where it runs and what enforces it (Enforcement), and begin shadow mode there.
TEXT
  fi
  command -v curl >/dev/null || printf '\n(curl is not installed here: apt-get install curl)\n'
  printf '\nCtrl-C stops everything and keeps the data.\n'
}
