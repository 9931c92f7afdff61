// All measurements by name.
#pragma once

namespace bench {

// Each function measures the supervisor and the baseline `pairs` times in turns and prints its
// figures.
void logs(int pairs, int writers); // lines of 80 bytes to a file, and whether all of them arrive
void start(int pairs, int count);  // from the exec of the supervisor until the last child has run
void stop(int pairs, int count);   // from SIGTERM until no process is left
void replace(int pairs);           // from the kill of a child until its replacement runs
void ps_command(int pairs);        // procctl ps as a whole process, against /bin/true
void status_request(int pairs);    // one request on an open connection
void many(int samples);            // 500 processes to 250, with a cgroup and without
void idle(int pairs);              // wake-ups and memory with 100 quiet processes

} // namespace bench
