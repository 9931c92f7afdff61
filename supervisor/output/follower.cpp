#include "supervisor/output/follower.hpp"

namespace procd::output {

namespace {

constexpr std::size_t records_at_once = 1024; // approximate, because a block is not divided

}

void follower::put(core::block_head const& head, core::line_run const& run,
                   std::string const& process)
{
    if (closed_ || !core::selects(names_, process))
        return;
    if (processes_.size() <= head.process)
        processes_.resize(head.process + 1);
    if (processes_[head.process].empty())
        processes_[head.process] = process;
    bool const waited_for = pending_.empty();
    missed_ += pending_.append(head, run);
    if (waited_for)
        changed_.notify();
}

void follower::close()
{
    closed_ = true;
    changed_.notify();
}

batch follower::take()
{
    batch taken;
    taken.missed = std::exchange(missed_, 0);
    while (!pending_.empty() && taken.records.size() < records_at_once) {
        auto const block = pending_.take_oldest();
        core::append_records(taken.records, block, processes_[block.head.process]);
    }
    return taken;
}

boost::asio::awaitable<batch> follower::next(std::shared_ptr<follower> f)
{
    while (f->pending_.empty() && !f->closed_)
        co_await f->changed_.wait();
    co_return f->take();
}

} // namespace procd::output
