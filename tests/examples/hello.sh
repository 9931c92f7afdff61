#!/bin/sh
# hello shows names, ports and scaling.
. "$(dirname "$0")/run.sh"

start hello
expect 'web\.1 +\| hello, I am web\.1 and my port is [0-9]+$'
expect 'clock\.1 +\| .*[0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
first=$(sed -n 's/.*I am web\.1 and my port is //p' "$said")
"$PROCCTL" scale web=2 >scaled || fail "scale web=2"
grep -q '^web\.2 .* up ' scaled || fail "no web.2 in: $(cat scaled)"
expect "web\.2 +\| hello, I am web\.2 and my port is $((first + 1))$"
"$PROCCTL" shutdown || fail "shutdown"
ends_with 0
