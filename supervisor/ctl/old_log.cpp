#include "supervisor/ctl/old_log.hpp"

#include "supervisor/core/log_file_name.hpp"

#include <algorithm>
#include <utility>

namespace ctl {

namespace {

constexpr std::uint64_t one_step = std::uint64_t{32} << 10;

} // namespace

old_log::old_log(int directory, std::string process,
                 std::optional<core::api::log_files_view::process> const& answer,
                 old_log_bounds const& bounds)
    : directory_(directory), process_(std::move(process)), name_(core::log_file_name(process_)),
      latest_(answer ? core::wall_time::max() : bounds.latest),
      parts_(os::list_log(directory_, name_))
{
    if (answer)
        leave_out_later(*answer);
    std::reverse(parts_.begin(), parts_.end());
    std::erase_if(parts_, [](os::log_part const& p) { return p.size == 0; });
    if (auto const* first = peek())
        oldest_ = first->time;
    if (bounds.last_lines)
        skip_to_last(*bounds.last_lines);
    while (bounds.since && part_ < parts_.size() && parts_[part_].written < *bounds.since) {
        ready_.clear();
        state_ = {};
        offset_ = 0;
        ++part_;
    }
}

// procd may have rotated the files since it has answered, and somebody may have moved the newest
// one away.
void old_log::leave_out_later(core::api::log_files_view::process const& answer)
{
    auto const newest = std::find_if(parts_.begin(), parts_.end(),
                                     [&](auto const& p) { return p.inode == answer.inode; });
    auto later = answer.later;
    if (newest == parts_.end()) {
        later -= std::min(later, answer.size);
    } else {
        parts_.erase(parts_.begin(), newest);
        parts_.front().size = std::min(parts_.front().size, answer.size);
    }
    for (auto& part : parts_) {
        auto const cut = std::min(later, part.size);
        part.size -= cut;
        later -= cut;
    }
}

// Goes back from the end, step by step, until there are enough ends of lines.
void old_log::skip_to_last(std::uint64_t lines)
{
    std::uint64_t count = 0;
    for (auto part = parts_.size(); part-- > 0;) {
        for (auto end = parts_[part].size; end > 0;) {
            auto const begin = end - std::min(end, one_step);
            auto const text = read(parts_[part], begin, end - begin);
            for (auto at = text.size(); at-- > 0;) {
                if (text[at] != '\n' || ++count <= lines)
                    continue;
                ready_.clear();
                state_ = {};
                part_ = part;
                offset_ = begin + at + 1;
                return;
            }
            end = begin;
        }
    }
}

std::string old_log::read(os::log_part const& part, std::uint64_t offset, std::uint64_t most) const
{
    auto text = os::read_log(directory_, name_, part.inode, offset, most);
    return text ? std::move(*text) : std::string(); // it has been removed meanwhile
}

bool old_log::read_more()
{
    while (ready_.empty() && part_ < parts_.size()) {
        auto const& part = parts_[part_];
        auto const text =
            read(part, offset_, std::min(one_step, part.size - std::min(part.size, offset_)));
        if (text.empty()) {
            ++part_;
            offset_ = 0;
            continue;
        }
        auto const end =
            offset_ + text.size() == part.size ? core::text_end::all : core::text_end::more_follows;
        auto got = core::read_log_text(text, state_, process_, end);
        offset_ += got.used;
        state_ = got.state;
        for (auto& record : got.records)
            if (record.time <= latest_)
                ready_.push_back(std::move(record));
    }
    return !ready_.empty();
}

core::log_record const* old_log::peek()
{
    return read_more() ? &ready_.front() : nullptr;
}

core::log_record old_log::take()
{
    auto record = std::move(ready_.front());
    ready_.pop_front();
    return record;
}

} // namespace ctl
