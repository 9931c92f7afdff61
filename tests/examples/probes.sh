#!/bin/sh
# probes shows that web waits for the database, and that a hanging database is restarted.
. "$(dirname "$0")/run.sh"

start probes
expect 'db\.1 +\| ready for connections'
expect 'web\.1 +\| connected'
expect 'db\.1 +\| liveness probe failed .*: it is stopped and replaced'
expect 'db\.1 +\| terminated by SIGTERM .*, restarting'
"$PROCCTL" wait db --timeout 30s >/dev/null || fail "the database did not come back"
"$PROCCTL" shutdown >/dev/null
ends_with 0
never 'there is no database'
