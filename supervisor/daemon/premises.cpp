// How an app's place is found:
// 1. The home and the root are locked, unless another name (-a) and a state directory of its own
//    tell this app from the one that the root is named after. A procd that holds a lock is a
//    refusal.
// 2. The state directory is $STATE_DIRECTORY, else .procd in the home. If the home cannot be
//    written, `up` takes a directory of its user's, and `serve` is refused: a service is told its
//    directories.
// 3. The state directory is locked.
// 4. The socket is --socket, else in $RUNTIME_DIRECTORY, else in the state directory.
#include "supervisor/daemon/premises.hpp"

#include "supervisor/app/complain.hpp"
#include "supervisor/core/fallback_place.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"
#include "supervisor/os/trusted_directory.hpp"
#include "supervisor/os/unix_socket.hpp"

#include <algorithm>
#include <utility>

namespace procd::daemon {

namespace {

std::string variable(app::application const& a, char const* name)
{
    auto const found = a.own_environment.find(name);
    return found == a.own_environment.end() ? "" : found->second;
}

// The first directory of a colon-separated list, as a service manager gives it.
std::string first_directory(std::string const& list)
{
    return list.substr(0, list.find(':'));
}

// $XDG_RUNTIME_DIR, if it is there and belongs to procd's user.
std::string own_runtime(app::application const& app)
{
    auto const path = variable(app, "XDG_RUNTIME_DIR");
    auto const owner = os::owner_of(path);
    return path.starts_with('/') && owner && *owner == os::effective_uid() ? path : "";
}

std::vector<std::string> roots_of(std::string const& home, std::string const& root)
{
    return home == root ? std::vector{home} : std::vector{home, root};
}

std::optional<std::string> named_logs(app::application const& app)
{
    auto const& named = app.spec.settings.logs.directory;
    if (!named)
        return std::nullopt;
    return named->starts_with('/') ? *named : app.root + '/' + *named;
}

} // namespace

os::state_dir_result<os::state_dir> premises::open_state(app::application const& app)
{
    auto const given = first_directory(variable(app, "STATE_DIRECTORY"));
    if (!given.empty())
        return os::state_dir::open_given(given);
    auto opened = os::state_dir::open_in(home_);
    if (opened || !opened.error().root_unwritable)
        return opened;
    if (app.started_as == app::verb::serve)
        return os::state_dir_error{
            opened.error().message + "; let procd's user write in " + home_ +
            ", or give procd a state directory of its own: StateDirectory= in a unit, "
            "STATE_DIRECTORY=DIR in the environment elsewhere"};
    auto const identity = os::identity_of(home_);
    if (!identity)
        return opened;
    auto apart = os::state_dir::open_apart(
        core::fallback_parent(own_runtime(app), os::effective_uid()),
        app.name + core::fallback_suffix(identity->device, identity->inode));
    if (apart)
        notes_.push_back(home_ + " cannot be written, so procd's state and socket are in " +
                         apart->path());
    return apart;
}

os::state_dir_result<premises> premises::take(app::options const& given,
                                              app::application const& app)
{
    premises made;
    made.home_ = app.home;
    bool const own_state = !variable(app, "STATE_DIRECTORY").empty();
    if (app.name == app.own_name || !own_state)
        made.roots_ = roots_of(app.home, app.root);
    if (auto const locked = made.lock_roots(); !locked)
        return locked.error();
    auto state = made.open_state(app);
    if (!state)
        return state.error();
    if (auto const locked = state->lock(); !locked)
        return locked.error();
    made.state_ = std::move(*state);

    auto const runtime = first_directory(variable(app, "RUNTIME_DIRECTORY"));
    made.socket_in_state_ = !given.socket && runtime.empty();
    if (given.socket)
        made.socket_ = given.socket->starts_with('/')
                           ? *given.socket
                           : os::current_directory() + '/' + *given.socket;
    else
        made.socket_ = (runtime.empty() ? made.state_.path() : runtime) + "/procd.sock";
    return made;
}

os::state_dir_result<void> premises::lock_roots()
{
    os::state_dir_result<void> done;
    std::vector<os::root_lock> locks;
    for (auto const& path : roots_) {
        // A directory may have been replaced by another of its name, by a fresh clone.
        auto const held = std::find_if(locks_.begin(), locks_.end(),
                                       [&](auto const& each) { return each.still_at(path); });
        if (held != locks_.end()) {
            locks.push_back(std::move(*held));
            continue;
        }
        auto attempt = os::lock_root(path);
        auto const answer = core::judge(attempt.seen);
        if (answer.then == core::claim_answer::verdict::refuse && done)
            done = os::state_dir_error{answer.message, true, attempt.seen.holder.pid};
        if (answer.then == core::claim_answer::verdict::warn && warned_.insert(path).second)
            app::complain(answer.message);
        locks.push_back(std::move(attempt));
    }
    locks_ = std::move(locks);
    return done;
}

void premises::release_roots()
{
    locks_.clear();
}

os::state_dir_result<premises::found> premises::look_after(std::string const& root)
{
    if (!roots_.empty())
        roots_ = roots_of(roots_.front(), root);
    auto const locked = lock_roots();
    if (!state_.in_place()) {
        auto const made = state_.make_again();
        return made ? os::state_dir_result<found>(found::made_again) : made.error();
    }
    return locked ? os::state_dir_result<found>(found::in_place) : locked.error();
}

std::optional<os::log_place> premises::logs(app::application const& app) const
{
    if (auto const named = named_logs(app))
        return os::log_place{*named};
    if (app::defaults_of(app.started_as).log_files)
        return os::log_place{state_.path() + "/log", state_.fd()};
    return std::nullopt;
}

std::string refuse_logs(app::application const& app)
{
    auto const named = named_logs(app);
    if (!named || os::effective_uid() != 0)
        return "";
    auto const opened = os::open_trusted(*named);
    if (opened.writable.empty())
        return "";
    return "[logs] directory: others than root may write in " + opened.writable +
           ", so they could make root's procd write log files elsewhere; make that directory "
           "root's alone (chown root, chmod go-w), name another one such as /var/log/" +
           app.name + ", or run procd as the app's own user (User= in a unit)";
}

} // namespace procd::daemon
