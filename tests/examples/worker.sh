#!/bin/sh
# worker shows back-off, and that the app ends well once the worker has.
. "$(dirname "$0")/run.sh"

start worker
expect 'worker\.1 +\| attempt 1: the queue does not answer'
expect 'worker\.1 +\| exited with code 1 .*100 ?ms'
expect 'worker\.1 +\| attempt 2: the queue does not answer'
expect 'worker\.1 +\| exited with code 1 .*200 ?ms'
expect 'worker\.1 +\| attempt 3: the queue does not answer'
expect 'worker\.1 +\| exited with code 1 .*400 ?ms'
expect 'worker\.1 +\| attempt 4: connected, all jobs done'
expect 'worker\.1 +\| exited with code 0'
ends_with 0
never 'attempt 5'
