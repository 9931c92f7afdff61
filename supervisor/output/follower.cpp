#include "supervisor/output/follower.hpp"

#include "supervisor/output/hub_core.hpp"

#include <algorithm>
#include <utility>

namespace procd::output {

namespace {

constexpr std::size_t one_step = std::size_t{64} * 1024;

} // namespace

follower::follower(std::shared_ptr<hub_core> hub, query const& q, until end)
    : hub_(std::move(hub)), reader_(hub_->history, {q.processes, q.lines, q.since}, hub_->seq),
      end_(end), closed_(end == until::now || hub_->stopped), changed_(hub_->io)
{
}

void follower::news_of(std::uint32_t process)
{
    if (!closed_ && reader_.wants(hub_->history, process))
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
    while (taken.records.empty() && !reader_.done()) {
        auto const part = reader_.behind(hub_->history);
        if (!part) {
            taken.records = reader_.take(hub_->history, one_step);
            break;
        }
        read_files(*part, taken);
    }
    taken.missed = reader_.take_missed();
    if (reader_.done() && !std::exchange(past_ended_, true)) {
        taken.past_ended = true;
        if (end_ == until::closed)
            reader_.read_on();
    }
    return taken;
}

core::api::log_files_view follower::files_before()
{
    auto const& history = hub_->history;
    core::api::log_files_view view;
    view.time = std::chrono::system_clock::now();
    if (!hub_->files)
        return view;
    view.directory = hub_->files->directory();
    for (std::uint32_t number = 0; number < history.size(); ++number) {
        auto const file = hub_->files->newest(number);
        if (!file || !reader_.wants(history, number))
            continue;
        auto const begin =
            std::min(reader_.position(history, number).value_or(file->end), file->end);
        view.processes.push_back(
            {history.name_of(number), file->inode, file->size, file->end - begin});
    }
    return view;
}

void follower::read_files(core::history_reader::gap const& part, batch& into)
{
    auto const text = hub_->files
                          ? hub_->files->read(part.process, {part.from, part.to}, one_step / 2)
                          : std::nullopt;
    if (!text) // the next look counts what was lost
        return reader_.went_on(part.process, part.to, 0, {});
    auto const before = text->begin == part.from ? part.state : core::log_text_state{};
    auto const end = text->begin + text->bytes.size();
    auto read =
        core::read_log_text(text->bytes, before, hub_->history.name_of(part.process),
                            end == part.to ? core::text_end::all : core::text_end::more_follows);
    reader_.went_on(part.process, text->begin + read.used, read.ends, read.state);
    into.records = std::move(read.records);
}

} // namespace procd::output
