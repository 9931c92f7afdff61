#include "supervisor/core/write_queue.hpp"

#include <algorithm>
#include <utility>

namespace core {

namespace {

int rank(write_queue::file const& f)
{
    if (!f.content)
        return 2;
    return f.of == write_queue::kind::release ? 0 : 1;
}

} // namespace

std::uint64_t write_queue::want(file f)
{
    auto name = f.name;
    waiting_.insert_or_assign(std::move(name), std::move(f));
    due_ = time_point::min();
    return ++asked_;
}

std::optional<write_queue::time_point> write_queue::due() const
{
    if (busy_ || waiting_.empty())
        return std::nullopt;
    return due_;
}

std::vector<write_queue::file> write_queue::take()
{
    taken_ = asked_;
    busy_ = true;
    under_way_.reserve(waiting_.size()); // nothing is lost when there is no memory for it
    for (auto& [name, f] : std::exchange(waiting_, {}))
        under_way_.push_back(std::move(f));
    std::stable_sort(under_way_.begin(), under_way_.end(),
                     [](file const& a, file const& b) { return rank(a) < rank(b); });
    return under_way_;
}

void write_queue::over(std::size_t written, std::string failure, time_point now)
{
    busy_ = false;
    tried_ = taken_;
    failure_ = std::move(failure);
    if (failure_.empty()) {
        written_ = taken_;
        delay_ = first_delay;
    }
    for (std::size_t i = written; i < under_way_.size(); ++i) {
        auto name = under_way_[i].name;
        waiting_.emplace(std::move(name), std::move(under_way_[i])); // unless there is a newer one
    }
    under_way_.clear();
    if (failure_.empty() || asked_ != taken_)
        return; // what was asked for meanwhile is due at once
    due_ = now + delay_;
    delay_ = std::min(2 * delay_, longest_delay);
}

write_queue::standing write_queue::of(std::uint64_t ticket) const
{
    if (ticket <= written_)
        return standing::on_disk;
    return ticket <= tried_ ? standing::owed : standing::waiting;
}

} // namespace core
