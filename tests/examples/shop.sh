#!/bin/sh
# shop shows three types that start in order, share an environment and are scaled while they work.
. "$(dirname "$0")/run.sh"

start shop -m all=1,worker=2
expect 'web\.1 +\| the corner shop is open on port'
expect 'worker\.[12] +\| worker\.[12] is at work'
expect 'clock\.1 +\| placed order 1$'
expect 'worker\.[12] +\| worker\.[12] packed order 1$'
"$PROCCTL" scale worker+1 >scaled || fail "scale worker+1"
grep -q '^worker\.3 .* up ' scaled || fail "no worker.3 in: $(cat scaled)"
expect 'worker\.3 +\| worker\.3 packed order [0-9]+$'
expect 'web\.1 +\| [0-9]+ orders packed'
"$PROCCTL" status | grep -q shop || fail "status does not name the app"
"$PROCCTL" shutdown || fail "shutdown"
ends_with 0
grep -q 'worker\.3 goes home' "$said" || fail "worker.3 was not asked to stop"
