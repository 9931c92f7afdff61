#include "tests/bench/front/asking_clients.hpp"

#include "tests/bench/front/client.hpp"

#include <exception>
#include <stdexcept>

namespace bench {

asking_clients::asking_clients(int port, int count)
{
    for (int i = 0; i < count; ++i)
        threads_.emplace_back([this, port] { ask(port); });
}

asking_clients::~asking_clients()
{
    over_ = true;
    for (std::thread& each : threads_)
        each.join();
}

void asking_clients::ask(int port)
{
    while (!over_) {
        try {
            for (kept_client const one{port}; !over_; ++answered_)
                one.ask();
        } catch (std::exception const&) {
            ++failed_;
        }
    }
}

int asking_clients::answered_in(std::chrono::seconds time) const
{
    int const before = answered_;
    std::this_thread::sleep_for(time);
    if (failed_ > 0)
        throw std::runtime_error{"requests failed"};
    return answered_ - before;
}

} // namespace bench
