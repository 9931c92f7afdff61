// The pipes through which large bodies go (see splice).
#pragma once

#include "supervisor/os/splice_pipe.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace procd::front {

class pipe_pool : public std::enable_shared_from_this<pipe_pool> {
public:
    // The bytes for which each pipe has room.
    static constexpr std::size_t room = 128 << 10;
    // Slow clients keep their pipes, each with two descriptors. So there is a limit.
    static constexpr std::size_t most = 256;

    struct give_back {
        std::shared_ptr<pipe_pool> pool;
        void operator()(os::splice_pipe* used) const { pool->put(used); }
    };
    // Goes back to the pool. A pipe with bytes in it is closed.
    using lease = std::unique_ptr<os::splice_pipe, give_back>;

    // An empty pipe. Null: as many as there may be are in use, or no descriptor is free.
    lease take();
    std::size_t in_use() const { return in_use_; }

private:
    void put(os::splice_pipe* used);

    std::vector<std::unique_ptr<os::splice_pipe>> idle_;
    std::size_t in_use_ = 0;
};

} // namespace procd::front
