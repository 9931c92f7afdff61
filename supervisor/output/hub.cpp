#include "supervisor/output/hub.hpp"

#include "supervisor/output/follower.hpp"
#include "supervisor/output/hub_core.hpp"

#include <algorithm>

namespace asio = boost::asio;

namespace procd::output {

hub::hub(asio::io_context& io, options const& options)
    : core_(std::make_shared<hub_core>(io, options))
{
    core_->start(options);
}

hub::~hub()
{
    stop();
}

void hub::stop()
{
    core_->stop();
}

std::shared_ptr<source> hub::open(std::string process, int color)
{
    auto const number = core_->history.number_of(process);
    if (core_->sources.size() <= number)
        core_->sources.resize(number + 1);
    auto& known = core_->sources[number];
    if (!known || known->color != color) // a type that came back has another place in the Procfile
        known = std::make_shared<source>(std::move(process), color, number);
    return known;
}

os::result<std::shared_ptr<reader>> hub::attach(os::unique_fd fd, std::shared_ptr<source> to,
                                                reader_calls calls)
{
    to->first_seq = core_->seq + 1;
    to->screen = {}; // a colour or a sequence that the last start has left unfinished ends with it
    auto made = std::make_shared<reader>(*core_, std::move(to), std::move(calls));
    if (auto const refused = made->open(std::move(fd)))
        return refused;
    core_->readers.push_back(made);
    made->wait();
    return made;
}

void hub::close(reader& r)
{
    r.close();
}

void hub::message(source& about, std::string_view text, level l)
{
    core_->own.message(about, l, text);
}

void hub::system(std::string_view text, level l)
{
    core_->own.message(*core_->system, l, text);
}

bool hub::shows_decisions() const
{
    return core_->own.shows(level::debug);
}

void hub::decision(std::string_view room, std::string_view text)
{
    core_->own.decision(*core_->system, room, text);
}

void hub::widen(std::size_t name_width)
{
    core_->to_terminal->widen(name_width);
}

std::size_t hub::prefix_columns() const
{
    return core_->to_terminal->prefix_columns();
}

std::vector<core::log_record> hub::history(query const& q) const
{
    return core_->history.find({q.processes, q.lines, q.since});
}

std::vector<std::string> hub::last_lines(source const& of, std::size_t lines) const
{
    return core_->history.last_lines(of.number, of.first_seq, lines);
}

std::shared_ptr<follower> hub::follow(query const& q)
{
    auto made = std::make_shared<follower>(core_, q, follower::until::closed);
    core_->followers.push_back(made);
    return made;
}

std::shared_ptr<follower> hub::read(query const& q)
{
    return std::make_shared<follower>(core_, q, follower::until::now);
}

std::uint64_t hub::lines_seen() const
{
    return core_->seq;
}

std::uint64_t hub::lines_dropped() const
{
    return core_->to_terminal->dropped() + (core_->files ? core_->files->dropped() : 0);
}

void hub::limit_files(log_limits limits)
{
    if (core_->files)
        core_->files->limit(limits);
}

void hub::reopen_files()
{
    if (core_->files)
        core_->files->reopen();
}

asio::awaitable<void> hub::drain(std::chrono::steady_clock::time_point deadline)
{
    auto const self = core_;
    auto const readers = self->readers; // a copy: a reader may leave the list during the loop
    for (auto const& r : readers)
        r->show_rest();
    co_await self->to_terminal->drain(deadline);
    self->stopped = true;
    for (auto const& weak : std::exchange(self->followers, {}))
        if (auto const f = weak.lock())
            f->close();
    if (self->files)
        self->files->reopen(); // this closes them; a later line would open one again
}

} // namespace procd::output
