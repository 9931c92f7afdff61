#include "supervisor/front/pipe_pool.hpp"

#include <utility>

namespace procd::front {

namespace {

constexpr std::size_t most_idle = 16;

} // namespace

pipe_pool::lease pipe_pool::take()
{
    std::unique_ptr<os::splice_pipe> found;
    if (!idle_.empty()) {
        found = std::move(idle_.back());
        idle_.pop_back();
    } else if (in_use_ < most) {
        if (auto made = os::splice_pipe::open(room))
            found = std::make_unique<os::splice_pipe>(std::move(*made));
    }
    if (!found)
        return {nullptr, {nullptr}};
    ++in_use_;
    return {found.release(), {shared_from_this()}};
}

void pipe_pool::put(os::splice_pipe* used)
{
    std::unique_ptr<os::splice_pipe> back(used);
    --in_use_;
    if (back->held() == 0 && idle_.size() < most_idle)
        idle_.push_back(std::move(back));
}

} // namespace procd::front
