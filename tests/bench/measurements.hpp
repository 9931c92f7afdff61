// Everything that can be measured, by name.
#pragma once

namespace bench {

// `pairs` is how many times ours and the baseline take turns. Each prints its figures.
void logs(int pairs, int writers); // lines of 80 bytes to a file, and whether they are all there
void start(int pairs, int count);  // exec of the supervisor until the last child has run
void stop(int pairs, int count);   // TERM until nothing is left
void replace(int pairs);           // kill of a child until its replacement runs
void ps_command(int pairs);        // procctl ps as a whole process, against /bin/true
void status_request(int pairs);    // a request on an open connection
void idle(int pairs);              // wake-ups and memory with 100 quiet processes

} // namespace bench
