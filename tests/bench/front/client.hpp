// Clients of a proxy: wrk, and plain ones of our own.
#pragma once

#include <string>

namespace bench {

struct wrk_result {
    double requests = 0;
    double per_second = 0;
    double median_us = 0;
};

// Throws when an answer was missing or was no success.
wrk_result run_wrk(int port, std::string const& path, int connections, int seconds);

// A kept connection. Throws when something is not as expected.
class kept_client {
public:
    explicit kept_client(int port);
    kept_client(kept_client&& other) noexcept;
    kept_client& operator=(kept_client&&) = delete;
    ~kept_client();
    // One request for a short answer.
    void ask() const;

private:
    int fd_;
};

// Tells whether a request is answered with 200 now.
bool answers(int port);
// Waits until one is.
void wait_until_it_answers(int port, std::string const& who);

} // namespace bench
