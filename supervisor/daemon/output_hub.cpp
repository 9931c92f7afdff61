#include "supervisor/daemon/output_hub.hpp"

#include "supervisor/daemon/output_follower.hpp"
#include "supervisor/daemon/output_hub_impl.hpp"

#include <algorithm>

namespace asio = boost::asio;

namespace procd {

output_hub::output_hub(asio::io_context& io, output_options const& options)
    : impl_(std::make_shared<impl>(io, options))
{
    impl_->start(options);
}

output_hub::~output_hub()
{
    stop();
}

void output_hub::stop()
{
    impl_->stop();
}

std::shared_ptr<output_hub::source> output_hub::open(std::string process, int color)
{
    auto const number = impl_->history.number_of(process);
    if (impl_->sources.size() <= number)
        impl_->sources.resize(number + 1);
    auto& known = impl_->sources[number];
    if (!known || known->color != color) // a type that came back stands elsewhere in the file
        known = std::make_shared<source>(std::move(process), color, number);
    return known;
}

std::shared_ptr<output_hub::reader> output_hub::attach(os::unique_fd fd, std::shared_ptr<source> to,
                                                       std::function<void()> closed)
{
    to->first_seq = impl_->seq + 1;
    auto made = std::make_shared<reader>(*impl_, std::move(fd), std::move(to), std::move(closed));
    impl_->readers.push_back(made);
    made->wait();
    return made;
}

void output_hub::close(reader& r)
{
    r.close();
}

void output_hub::message(source& about, std::string_view text)
{
    impl_->say(about, text);
}

void output_hub::system(std::string_view text)
{
    impl_->say(*impl_->system, text);
}

void output_hub::widen(std::size_t name_width)
{
    impl_->terminal->widen(name_width);
}

std::vector<core::log_record> output_hub::history(query const& q) const
{
    return impl_->history.find({q.processes, q.lines, q.since});
}

std::vector<std::string> output_hub::last_lines(source const& of, std::size_t lines) const
{
    return impl_->history.last_lines(of.number, of.first_seq, lines);
}

output_hub::followed output_hub::follow(query const& q)
{
    followed made;
    made.backlog = history(q);
    made.from_now = std::make_shared<follower>(impl_->io, q.processes);
    if (impl_->stopped)
        made.from_now->close();
    impl_->followers.push_back(made.from_now);
    return made;
}

asio::awaitable<output_hub::batch> output_hub::next(std::shared_ptr<follower> f)
{
    return follower::next(std::move(f));
}

std::uint64_t output_hub::lines_seen() const
{
    return impl_->seq;
}

std::uint64_t output_hub::lines_dropped() const
{
    return impl_->terminal->dropped() + (impl_->files ? impl_->files->dropped() : 0);
}

void output_hub::ends_soon()
{
    impl_->ends_soon = true;
}

void output_hub::close_ended()
{
    impl_->at_end.clear();
}

void output_hub::reopen_files()
{
    if (impl_->files)
        impl_->files->reopen();
}

asio::awaitable<void> output_hub::drain(std::chrono::steady_clock::time_point deadline)
{
    auto const self = impl_;
    auto const readers = self->readers; // each may be forgotten on the way
    for (auto const& r : readers)
        r->show_rest();
    co_await self->terminal->drain(deadline);
    self->stopped = true;
    for (auto const& weak : std::exchange(self->followers, {}))
        if (auto const f = weak.lock())
            f->close();
    if (self->files)
        self->files->reopen(); // closed; opened again only if there is more
}

} // namespace procd
