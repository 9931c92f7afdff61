// The way of a line through the hub:
// 1. A reader frames the bytes of a process into a run of lines and calls pass(). Messages of procd
//    come through say(), which frames them the same way.
// 2. pass() numbers the records and gives the run to the log files, to the history and to the
//    terminal, in this order. The followers are woken and read the history.
// 3. A reader may hold the start of a line (a prompt). It is put on the list `unfinished`, and one
//    timer for all of them shows the start as a piece once the process is quiet.
// 4. While stdout is stalled, readers do not read, and the timer shows nothing. stdout_ready()
//    then restarts the quiet times and lets every reader go on.
// Failures of the log files are reported from inside pass(), so their message is posted and said
// later.
#include "supervisor/output/hub_core.hpp"

#include "supervisor/output/follower.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace procd::output {

hub_core::hub_core(asio::io_context& context, options const& options)
    : io(context), history(options.history_per_process, options.history_total),
      own(options.shown,
          [this](source& about, level l, std::string_view text) { say(about, l, text); }),
      quiet_timer(context)
{
    auto const number = history.number_of("system");
    system = std::make_shared<source>("system", core::system_color, number);
    sources.push_back(system);
}

void hub_core::start(options const& options)
{
    auto ready = [this] { stdout_ready(); };
    auto notice = [this](std::string const& text) { own.message(*system, level::warn, text); };
    to_terminal = std::make_shared<terminal>(io, options, terminal::callbacks{ready, notice});
    if (!options.log_directory)
        return;
    log_file_settings const settings{*options.log_directory, options.log_limits};
    auto notice_later = [weak = weak_from_this()](std::string text) {
        auto const self = weak.lock();
        if (!self)
            return;
        asio::post(self->io, [weak, text = std::move(text)] {
            if (auto const hub = weak.lock(); hub && !hub->stopped)
                hub->own.message(*hub->system, level::warn, text);
        });
    };
    files.emplace(settings, notice_later);
}

void hub_core::stop()
{
    for (auto const& r : readers)
        r->stop();
    readers.clear();
    unfinished.clear();
    quiet_timer.cancel();
    for (auto const& weak : followers)
        if (auto const f = weak.lock())
            f->close();
    to_terminal->flush();
    to_terminal->stop();
    stopped = true;
}

void hub_core::pass(source& from, core::line_run const& run, core::wall_time now, core::author by,
                    level weight)
{
    core::block_head head;
    head.seq = seq + 1;
    head.time = now;
    head.process = from.number;
    head.ours = by == core::author::procd;
    seq += run.ends.size();

    if (files) {
        auto const written = files->append(from.number, from.name, run, now, by);
        head.log_begin = written.where.begin;
        head.log_end = written.where.end;
        head.logged = written.whole;
    }
    history.append(head, run);
    for (auto at = followers.begin(); at != followers.end();) {
        if (auto const f = at->lock()) {
            f->news_of(from.number);
            ++at;
        } else {
            at = followers.erase(at);
        }
    }
    to_terminal->put(from, run, head.seq, now, {by, weight});
}

void hub_core::say(source& about, level weight, std::string_view text)
{
    std::string line;
    line.reserve(text.size() + 1);
    line += text;
    line += '\n';
    std::string_view bytes(line);
    core::line_framer framer;
    core::line_ends own_ends; // not `ends`: a reader may be using it
    auto const now = std::chrono::system_clock::now();
    while (auto const run = framer.next(bytes, own_ends))
        pass(about, *run, now, core::author::procd, weight);
}

void hub_core::end_line(source const& of)
{
    if (files)
        files->end_line(of.number);
    to_terminal->end_line(of);
}

void hub_core::watch_quiet(std::shared_ptr<reader> const& r)
{
    if (!std::exchange(r->listed_as_waiting, true))
        unfinished.push_back(r);
    if (!quiet_armed)
        arm_quiet(*r->show_quiet(steady_clock::time_point::min()));
}

void hub_core::arm_quiet(reader::time_point when)
{
    quiet_armed = true;
    quiet_timer.expires_at(when);
    quiet_timer.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        auto const self = weak.lock();
        if (!self || cancelled)
            return;
        self->quiet_armed = false;
        if (!self->to_terminal->stalled()) // otherwise stdout_ready() does it later
            self->look_for_quiet();
    });
}

void hub_core::look_for_quiet()
{
    auto const now = steady_clock::now();
    auto next = steady_clock::time_point::max();
    std::erase_if(unfinished, [&](std::shared_ptr<reader> const& r) {
        auto const again = r->show_quiet(now);
        if (again)
            next = std::min(next, *again);
        r->listed_as_waiting = again.has_value();
        return !again;
    });
    if (!unfinished.empty())
        arm_quiet(next);
}

void hub_core::forget(reader const& r)
{
    for (auto* const list : {&readers, &unfinished}) { // their order does not matter
        auto const at = std::find_if(list->begin(), list->end(),
                                     [&](auto const& other) { return other.get() == &r; });
        if (at == list->end())
            continue;
        std::swap(*at, list->back());
        list->pop_back();
    }
}

void hub_core::stdout_ready()
{
    auto const now = steady_clock::now();
    for (auto const& r : unfinished)
        r->restart_quiet(now);
    if (!unfinished.empty() && !quiet_armed)
        look_for_quiet();
    auto const all = readers; // a copy: a reader may leave the list during the loop
    for (auto const& r : all)
        r->wait();
}

std::span<char> hub_core::read_room()
{
    if (!room_)
        room_.reset(new char[read_size]);
    return {room_.get(), read_size};
}

} // namespace procd::output
