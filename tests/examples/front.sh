#!/bin/sh
# front goes up with the requests in flight and down without them, and loses none.
. "$(dirname "$0")/run.sh"

command -v python3 >/dev/null 2>&1 || { echo "skipped: needs python3" && exit 77; }

clients=
trap '[ -z "$clients" ] || kill -KILL $clients 2>/dev/null || :; cleanup' EXIT

# load NAME NUMBER: so many clients in the background; `load_pid` is theirs.
load() {
    ./load "$port" "$2" >"$app/$1" 2>&1 3>&- &
    load_pid=$!
    clients="$clients $load_pid"
}

# ends_well NAME PID: the clients end now, and each of their requests was answered.
ends_well() {
    kill -TERM "$2"
    wait "$2" || fail "$1: $(cat "$app/$1")"
    grep -q '^[1-9][0-9]* requests, 0 failed$' "$app/$1" || fail "$1: $(cat "$app/$1")"
}

port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
start front --listen "127.0.0.1:$port" --port auto
expect 'router +\| started with pid'
load few 1
few=$load_pid
load many 8
expect 'web scaled from [12] to 3 by the autoscaler: the requests in flight are above the target'
expect 'web\.3 +\| open$'
ends_well many "$load_pid"
expect 'web scaled from 3 to [12] by the autoscaler: the requests in flight are below the target'
expect 'web\.3 +\| terminated by SIGTERM'
ends_well few "$few"
"$PROCCTL" autoscale:explain web | grep -q 'SucceededRescale .*; requests in flight: .* each), target 2 each: ' ||
    fail "nothing is explained: $("$PROCCTL" autoscale:explain web)"
"$PROCCTL" shutdown >/dev/null
ends_with 0
