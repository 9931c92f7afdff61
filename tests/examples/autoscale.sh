#!/bin/sh
# autoscale goes up with the load and down without it.
. "$(dirname "$0")/run.sh"

start autoscale
expect 'web\.1 +\| waiting for load'
touch load
expect 'web scaled from [12] to 3 by the autoscaler: CPU use is above the target'
rm load
expect 'web scaled from [23] to 1 by the autoscaler: CPU use is below the target'
"$PROCCTL" autoscale:explain web | grep -q 'SucceededRescale' || fail "nothing is explained"
"$PROCCTL" shutdown >/dev/null
ends_with 0
