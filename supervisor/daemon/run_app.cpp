// procd up and procd serve, from the options to the exit code:
// 1. The app is loaded from its files, and its premises are taken: the root and the state directory
//    are locked, so that there is one procd per app. If `serve` cannot use the files, the release
//    that was kept takes their place.
// 2. With --daemonize procd goes into the background. The parent waits until the child is ready,
//    prints how to reach it, and ends.
// 3. run_here() builds everything in the order of dependency: event loop, hub, containment, kept
//    state, supervisor, control server, signals. Containment comes before the first process.
// 4. live() listens at the control socket and runs the supervisor until the app is over. Then it
//    waits for the last write of the state, drains the output, closes the server, which still
//    answers waiting clients, and stops the signals, so that the event loop ends.
// 5. The state store is destroyed.
// 6. leave() dismisses the guardian, removes the cgroup and ends procd without destructors.
// An exception out of the event loop is a bug or want of memory. fail() ends procd at once then,
// and the guardian, which nobody has dismissed, ends the processes.
#include "supervisor/daemon/run_app.hpp"

#include "procfile/text.hpp"
#include "supervisor/app/complain.hpp"
#include "supervisor/app/loader.hpp"
#include "supervisor/control/server.hpp"
#include "supervisor/daemon/app_api.hpp"
#include "supervisor/daemon/caretaker.hpp"
#include "supervisor/daemon/contain.hpp"
#include "supervisor/daemon/event_loop.hpp"
#include "supervisor/daemon/fail.hpp"
#include "supervisor/daemon/kept_start.hpp"
#include "supervisor/daemon/output_options.hpp"
#include "supervisor/daemon/premises.hpp"
#include "supervisor/daemon/service_manager.hpp"
#include "supervisor/daemon/signals.hpp"
#include "supervisor/daemon/supervisor.hpp"
#include "supervisor/os/child.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/daemonize.hpp"
#include "supervisor/os/heap.hpp"
#include "supervisor/os/limits.hpp"
#include "supervisor/os/proc_fs.hpp"
#include "supervisor/os/signals.hpp"
#include "supervisor/os/tty.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"
#include "supervisor/release/start_point.hpp"
#include "supervisor/release/state_files.hpp"
#include "supervisor/release/state_store.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdio>

namespace procd::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds drain_limit{1};

// The part of the command line that sets counts, as one text. It overrides kept counts only when
// the text differs from the last start.
std::optional<std::string> formation_text(app::options const& given)
{
    auto text = given.formation.value_or("");
    for (auto const& type : given.words)
        text += ' ' + type;
    for (auto const& type : given.except)
        text += " -x " + type;
    return text.empty() ? std::nullopt : std::optional(text);
}

struct house {
    process::services& with;
    supervisor& boss;
    control::server& server;
    signals& signal_loop;
    release::state_store* store; // null: nothing is kept
    os::background* background;
    std::string socket;
    int code = app::exit_failure;
};

asio::awaitable<void> live(house& h)
{
    if (auto const listening = h.server.listen(); !listening) {
        app::complain("cannot listen at " + h.socket + ": " + listening.error().message());
    } else {
        if (h.background)
            h.background->ready();
        h.code = co_await h.boss.run();
    }
    if (h.store != nullptr) {
        h.store->finish();
        while (!h.store->over())
            co_await h.with.changed.wait();
    }
    co_await h.with.hub.drain(std::chrono::steady_clock::now() + drain_limit);
    co_await h.server.close();
    h.with.guardian.stop_replacing();
    h.signal_loop.stop();
}

// Cleans up what outlives procd, and ends it. The kernel frees memory and descriptors faster than
// destructors do, and somebody waits for the stop.
void leave(house& h)
{
    h.with.hub.stop();
    h.with.guardian.dismiss();
    h.with.cgroup.reset();
    os::end_without_cleanup(h.code);
}

int run_here(app::options const& given, app::loaded seen, std::string const& problem,
             premises& place, os::background* background)
{
    auto const& state = place.state();
    auto const output = output_of(given, seen.app, place);
    auto const socket = seen.app.socket;
    auto const name = cgroup_name(seen.app.name, state.path());

    os::become_subreaper();
    os::keep_heap_small();
    asio::io_context io(1);
    if (auto const refused = event_loop_problem(io); !refused.empty()) {
        app::complain(refused);
        return app::exit_failure;
    }
    output::hub hub(io, output);
    output::event_log events(io);
    process::services with(io, hub, events);
    for (int const pid : os::own_children())
        with.children.spare(pid); // what was started before procd became this program
    with.run_id = process::random_hex();
    if (auto const warning = contain(with, name, background ? os::parent_pid() : -1);
        !warning.empty())
        app::complain(warning, procfile::severity::warning);
    if (auto const limits = os::raise_nofile())
        with.original_nofile = *limits;
    if (auto const size = os::terminal_size(output.terminal_fd))
        with.window = *size;

    auto notes = seen.notes;
    notes.insert(notes.end(), place.notes().begin(), place.notes().end());
    auto const sources = seen.sources;
    auto const started_as = seen.app.started_as;
    auto const release_skipped = started_as == app::verb::up && seen.app.spec.release_phase;
    release::state_files::sweep(state.fd());
    std::optional<release::state_store> store;
    if (app::defaults_of(started_as).keeps_state)
        store.emplace(
            io, state.fd(), [&with] { with.changed.notify(); },
            [&hub](release::state_store::news news, std::string_view text) {
                bool const failed = news == release::state_store::news::failed;
                hub.system(text, failed ? output::level::error : output::level::info);
            });
    auto from = release::find_start_point(std::move(seen), formation_text(given),
                                          store ? release::state_files::load(state.fd())
                                                : release::state_files::kept{});
    if (!from) {
        app::complain(from.error());
        with.guardian.dismiss();
        return app::exit_failure;
    }
    if (hub.shows_decisions())
        hub.decision("daemon", with.cgroup
                                   ? "trees are held by cgroups below " + with.cgroup->path()
                                   : "no cgroup: " + with.no_cgroup_reason);
    caretaker files(place, hub, background);
    service_manager manager(from->now->app.own_environment, os::current_pid());
    supervisor boss(
        with, std::move(*from),
        {.read_files = [&given,
                        started_as] { return load(given, started_as, app::occasion::reload); },
         .store = store ? &*store : nullptr,
         .manager = &manager,
         .watched_files = given.watch ? std::optional(sources) : std::nullopt,
         .not_watched = {state.path(),
                         output.log_directory ? output.log_directory->path : state.path()},
         .before_keeping = [&files] { files.look(); },
         .passed = given.passed,
         .files_problem = problem});
    app_api api(with, boss);
    control::server server(
        io, api, hub, events,
        {.path = socket,
         .directory = place.socket_directory(),
         .owner = os::effective_uid(),
         .report = [&hub](std::string_view text) { hub.system(text, output::level::error); }});
    files.serve(boss, server);
    signals signal_loop(with, boss, files);
    if (auto const heard = signal_loop.start(); !heard) {
        app::complain("cannot start: the ends of children are not noticed: " +
                      heard.error().message());
        with.guardian.dismiss();
        return app::exit_failure;
    }
    if (!problem.empty())
        hub.system("the files cannot be used (" + problem +
                       "): " + core::release_name(boss.history().current_number()) +
                       " runs, as it was kept; mend them, then `procctl reload`",
                   output::level::error);
    for (auto const& note : notes)
        hub.system(note);
    if (release_skipped)
        hub.system("the release phase is skipped in `up`; procd run release runs it");
    house h{with, boss, server, signal_loop, store ? &*store : nullptr, background, socket};
    with.tasks.spawn_vital("the supervision of the app", live(h));
    try {
        io.run();
    } catch (...) {
        fail(hub);
    }
    store.reset();
    leave(h);
    return h.code;
}

void say_how_to_reach(app::loaded const& seen, int pid)
{
    std::printf("%s runs in the background, pid %d\n"
                "  procctl ps          what runs (from %s or below)\n"
                "  procctl logs -f     its output, also in %s\n"
                "  procctl shutdown    stops it\n",
                seen.app.name.c_str(), pid, seen.app.root.c_str(), "procd.log beside the socket");
}

} // namespace

int run_app(app::options const& words, app::verb started_as)
{
    // The root is kept with its links, so that a reload follows them again, as with -d.
    auto given = words;
    if (!given.root && !given.procfile) {
        if (auto here = os::logical_directory(); !here.empty())
            given.root = std::move(here);
    }
    auto seen = app::load(given, started_as);
    std::string problem; // with the files
    if (int const code = app::report(seen); code != 0) {
        auto kept = code == app::exit_failure && started_as == app::verb::serve
                        ? load_kept_release(given)
                        : std::nullopt;
        if (!kept)
            return code;
        problem = procfile::text::visible(seen ? app::problem_of(*seen) : seen.error().message);
        seen = std::move(*kept);
    }
    if (auto const refused = refuse_logs(seen->app); !refused.empty()) {
        app::complain(refused);
        return app::exit_failure;
    }
    if (given.port == "auto") // chosen once: a reload does not choose again
        given.port = std::to_string(seen->app.base_port);
    auto place = premises::take(given, seen->app);
    if (!place) {
        app::complain(place.error().message);
        return app::exit_failure;
    }
    seen->app.socket = place->socket();
    seen->app.terminals =
        app::defaults_of(started_as).terminals && os::is_terminal(output::options{}.terminal_fd);
    os::ignore_write_signals();
    if (!given.daemonize)
        return run_here(given, std::move(*seen), problem, *place, nullptr);

    place->release_roots();
    auto background = os::background::start(place->state().fd(), "procd.log");
    if (!background) {
        app::complain("cannot go into the background: " + background.error().message());
        return app::exit_failure;
    }
    if (background->is_parent()) {
        if (!background->wait_ready())
            return app::exit_failure;
        say_how_to_reach(*seen, background->child());
        return 0;
    }
    place->state().write_pid();
    if (auto const locked = place->lock_roots(); !locked) {
        app::complain(locked.error().message);
        return app::exit_failure;
    }
    return run_here(given, std::move(*seen), problem, *place, &*background);
}

} // namespace procd::daemon
