#!/bin/sh
# release shows the release phase, a rolling reload, a rollback, and a release that fails.
verb=serve
. "$(dirname "$0")/run.sh"

start release
expect 'release\.1 +\| migrating to version 1'
expect 'web\.1 +\| running version 1 as v1'
"$PROCCTL" scale web=2 >/dev/null
echo VERSION=2 >.env
"$PROCCTL" reload >/dev/null 2>&1 || fail "the reload failed"
expect 'web\.1 +\| running version 2 as v2'
expect 'web\.2 +\| running version 2 as v2'
"$PROCCTL" releases:rollback >/dev/null 2>&1 || fail "the rollback failed"
expect 'web\.1 +\| running version 1 as v3'
echo VERSION=broken >.env
if "$PROCCTL" reload >/dev/null 2>&1; then fail "a broken release was rolled out"; fi
"$PROCCTL" releases | grep -q '^v3 *current' || fail "v3 does not run any more"
"$PROCCTL" shutdown >/dev/null
ends_with 0
never 'running version broken'
