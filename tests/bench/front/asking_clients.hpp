// Clients that ask for a short answer again and again, each on a kept connection.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace bench {

class asking_clients {
public:
    asking_clients(int port, int count);
    // Waits for the answers under way.
    ~asking_clients();
    asking_clients(asking_clients const&) = delete;
    asking_clients& operator=(asking_clients const&) = delete;

    int answered() const { return answered_; }
    // The requests without success. The client has connected anew after each.
    int failed() const { return failed_; }
    // Waits, and returns how many answers came. Throws when a request has failed.
    int answered_in(std::chrono::seconds time) const;

private:
    void ask(int port);

    std::atomic<bool> over_{false};
    std::atomic<int> answered_{0}, failed_{0};
    std::vector<std::thread> threads_;
};

} // namespace bench
