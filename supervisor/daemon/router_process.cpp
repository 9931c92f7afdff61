#include "supervisor/daemon/router_process.hpp"

#include "procfile/config.hpp"
#include "supervisor/core/restart.hpp"
#include "supervisor/front/run_router.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/output/source.hpp"
#include "supervisor/process/services.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace procd::daemon {

using clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds patience_at_the_end{1};
constexpr std::string_view needed_variables[] = {
    "PATH=", "LANG=", "LC_", "TZ=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS="};

} // namespace

router_process::router_process(process::services& with, owner of)
    : with_(with), of_(std::move(of)), next_look_(with.looks, [this] { return look(); })
{
}

router_process::~router_process() = default;

void router_process::run(os::user_identity const* as)
{
    user_ = as != nullptr ? std::optional(*as) : std::nullopt;
    if (std::exchange(wanted_, true))
        return;
    start_at_ = clock::now();
    next_look_.soon();
}

void router_process::end()
{
    if (!std::exchange(wanted_, false))
        return;
    start_at_.reset();
    channel_.reset(); // it ends by that
    asked_to_end_ = child_.has_value();
    if (child_)
        kill_at_ = clock::now() + patience_at_the_end;
    next_look_.soon();
}

std::optional<clock::time_point> router_process::look()
{
    auto const now = clock::now();
    if (kill_at_ && child_ && now >= *kill_at_) {
        kill_at_.reset();
        child_->kill();
    }
    if (wanted_ && !child_ && start_at_ && now >= *start_at_) {
        start_at_.reset();
        launch();
    }
    return child_ ? kill_at_ : start_at_; // never a time that nothing happens at any more
}

void router_process::launch()
{
    if (!lines_) {
        lines_ = with_.hub.open("router", 0);
        with_.hub.widen(lines_->name.size());
    }
    started_ = clock::now();
    auto ends = os::open_message_pair();
    if (!ends)
        return failed_to_start(ends.error().message());
    auto made = launch_with(ends->second);
    if (!made)
        return failed_to_start(made.error().message());
    begin(std::move(*made), std::move(ends->first));
}

// Its stdin is its end of the pair. It is this program once more, whatever its file is called by
// now.
os::result<os::child> router_process::launch_with(os::message_socket const& its_end)
{
    os::launch_request request;
    request.argv = {"/proc/self/exe", std::string(front::router_option)};
    for (auto const& [key, value] : os::current_environment()) {
        auto entry = key + '=' + value;
        if (std::any_of(std::begin(needed_variables), std::end(needed_variables),
                        [&entry](auto start) { return entry.starts_with(start); }))
            request.environment.push_back(std::move(entry));
    }
    request.environment.push_back("PROCD_ID=" + process::new_procd_id(with_));
    request.cwd = "/";
    request.user = user_ ? &*user_ : nullptr;
    request.input_fd = its_end.get();
    auto made = os::launch(request);
    if (!made)
        return os::error_of(made.error().error);
    return std::move(*made);
}

void router_process::begin(os::child made, os::message_socket own_end)
{
    child_.emplace(with_.io, with_.children, made,
                   [this](core::exit_status const& status) { ended(status); });
    auto attached = with_.hub.attach(std::move(made.output), lines_, {[] {}});
    if (attached)
        reader_ = std::move(*attached);
    channel_ = std::make_unique<front::channel>(
        with_.io, [this](std::string const& bytes, auto) { heard(bytes); },
        [this] { channel_.reset(); });
    if (auto const refused = channel_->open(std::move(own_end))) {
        child_->kill();
        return failed_to_start(refused.message());
    }
    last_failure_.reset();
    with_.hub.message(*lines_, "started with pid " + std::to_string(child_->pid()));
    of_.started();
}

os::result<void> router_process::send(front::order const& what, std::vector<int> const& descriptors)
{
    return channel_ ? channel_->send(front::text_of(what), descriptors) : os::result<void>();
}

// The router parses the network's bytes, so its word is not trusted: what cannot be read ends it.
void router_process::heard(std::string const& bytes)
{
    auto const told = front::read_report(bytes);
    if (told)
        return of_.report(*told);
    with_.hub.message(*lines_, "sent an unreadable message; procd kills it and starts another",
                      output::level::error);
    if (child_)
        child_->kill();
}

void router_process::ended(core::exit_status const& status)
{
    channel_.reset();
    kill_at_.reset();
    next_look_.soon(); // a timer that is left would hold the end of procd
    of_.lost();
    // The child is reaped after this call.
    boost::asio::post(with_.io, [this, status] {
        child_.reset();
        with_.changed.notify();
        bool const by_itself = !std::exchange(asked_to_end_, false);
        if (wanted_ && by_itself)
            failed_to_start(core::describe(status));
        else
            next_look_.soon(); // it may be wanted again
    });
}

void router_process::failed_to_start(std::string const& why)
{
    auto const now = clock::now();
    procfile::backoff_settings const backoff;
    failures_ = now - started_ >= backoff.reset_after ? 1 : failures_ + 1;
    start_at_ = now + core::backoff_delay(backoff, failures_, core::exited{1});
    last_failure_ = failure{why, *start_at_};
    with_.hub.message(*lines_, why + ", restarting", output::level::error);
    next_look_.soon();
}

} // namespace procd::daemon
