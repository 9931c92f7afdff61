# shellcheck shell=sh
# Runs an example in a copy of its directory and reads what it says. Sourced by the tests beside it,
# which are started by ctest with PROCD, PROCCTL and EXAMPLES. Nothing here waits for time to pass:
# `expect` reads on until the line is there, and procd's own end is the end of waiting.
set -eu

app=$(mktemp -d)
said=$app/said # everything procd has said so far
procd_pid=
cleanup() {
    if [ -n "$procd_pid" ] && kill -TERM "$procd_pid" 2>/dev/null; then # timeout passes it on
        wait "$procd_pid" || :
    fi
    rm -rf "$app"
}
trap cleanup EXIT

fail() {
    echo "FAILED: $*"
    echo "---- procd said:"
    cat "$said"
    exit 1
}

# start NAME [ARGUMENT...]: procd in a copy of example NAME, its output on descriptor 3; `procd serve`
# where verb=serve was set.
start() {
    cp -R "$EXAMPLES/$1/." "$app/app"
    shift
    cd "$app/app"
    : >"$said"
    mkfifo "$app/out"
    timeout -k 5 60 "$PROCD" "${verb:-up}" "$@" >"$app/out" 2>&1 3>&- &
    procd_pid=$!
    exec 3<"$app/out"
}

# expect REGEX: a line that matches (grep -E) has been said, or is read on to. What several processes
# say has no order among them.
expect() {
    ! grep -Eq -- "$1" "$said" || return 0
    while IFS= read -r line <&3; do
        printf '%s\n' "$line" >>"$said"
        if printf '%s\n' "$line" | grep -Eq -- "$1"; then
            return 0
        fi
    done
    fail "the output ended before a line like: $1"
}

# ends_with CODE: procd has ended, or ends now.
ends_with() {
    cat <&3 >>"$said"
    code=0
    wait "$procd_pid" || code=$?
    procd_pid=
    [ "$code" = "$1" ] || fail "procd ended with $code, not $1"
}

# never REGEX: no line of all that was said matches.
never() {
    ! grep -E -- "$1" "$said" || fail "this was said"
}
