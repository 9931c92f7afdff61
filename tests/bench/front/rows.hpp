// The measurements of the front port. Each starts all proxies anew and prints its rows.
#pragma once

namespace bench {

// How often all proxies take their turn, and how long one turn is.
struct rounds {
    int count = 9;
    int seconds = 2;
};

void small_answers(rounds const& r);  // 32 kept connections
void logged_answers(rounds const& r); // the same with access logs
void large_answers(rounds const& r);  // 64 KiB and 1 MiB
void added_latency(rounds const& r);  // one connection, against the upstream itself
void front_memory(rounds const& r);   // nothing open, 1,000 and 10,000 idle connections
void front_changes(rounds const& r);  // requests that fail while processes change
void front_balance(rounds const& r);  // one process becomes three

} // namespace bench
