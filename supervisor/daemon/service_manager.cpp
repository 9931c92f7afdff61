#include "supervisor/daemon/service_manager.hpp"

#include "supervisor/os/notify.hpp"

#include <charconv>
#include <utility>

namespace procd::daemon {

namespace {

std::optional<std::uint64_t> number(procfile::variables const& all, char const* name)
{
    auto const found = all.find(name);
    if (found == all.end())
        return std::nullopt;
    std::uint64_t value = 0;
    auto const& text = found->second;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

// Makes one line of a text, because the protocol separates its fields by newlines.
std::string one_line(std::string text)
{
    for (char& c : text)
        if (c == '\n')
            c = ' ';
    return text;
}

constexpr std::chrono::hours a_day{24};

// A field that makes systemd wait longer for the start, reload or stop that is under way.
std::string extended(std::chrono::microseconds by)
{
    return "\nEXTEND_TIMEOUT_USEC=" + std::to_string(by.count());
}

} // namespace

service_manager::service_manager(procfile::variables const& environment, int own_pid)
{
    if (auto const found = environment.find("NOTIFY_SOCKET"); found != environment.end())
        socket_ = found->second;
    auto const pid = number(environment, "WATCHDOG_PID");
    auto const usec = number(environment, "WATCHDOG_USEC");
    if (listens() && usec && *usec >= 2 && (!pid || *pid == static_cast<std::uint64_t>(own_pid)))
        half_ = std::chrono::microseconds(*usec / 2);
}

void service_manager::preparing(std::string const& status)
{
    said_ = status;
    if (listens())
        os::notify(socket_, "STATUS=" + one_line(status) + extended(a_day));
}

void service_manager::ready(std::string const& status)
{
    said_ = status;
    if (listens())
        os::notify(socket_, "READY=1\nSTATUS=" + one_line(status));
}

void service_manager::status(std::string const& text)
{
    if (listens() && std::exchange(said_, text) != text)
        os::notify(socket_, "STATUS=" + one_line(text));
}

// The patience is long, because a rollout has limits of its own, and a release phase may be long.
void service_manager::reloading()
{
    said_ = "reloading";
    if (listens())
        os::notify(socket_, "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(os::monotonic_us()) +
                                "\nSTATUS=" + said_ + extended(a_day));
    if (half_) // the extension applies to the watchdog, too
        os::notify(socket_, "WATCHDOG=1");
}

void service_manager::stopping(std::chrono::microseconds limit)
{
    said_ = "stopping";
    if (listens())
        os::notify(socket_, "STOPPING=1\nSTATUS=" + said_ + extended(limit));
}

std::optional<service_manager::time_point> service_manager::watchdog(time_point now)
{
    if (!half_)
        return std::nullopt;
    if (!next_ || now >= *next_) {
        os::notify(socket_, "WATCHDOG=1");
        next_ = now + *half_;
    }
    return next_;
}

} // namespace procd::daemon
