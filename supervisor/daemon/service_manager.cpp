#include "supervisor/daemon/service_manager.hpp"

#include "supervisor/os/notify.hpp"

#include <charconv>

namespace procd {

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

// A line of the protocol.
std::string one_line(std::string text)
{
    for (char& c : text)
        if (c == '\n')
            c = ' ';
    return text;
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

void service_manager::ready(std::string const& status)
{
    if (listens())
        os::notify(socket_, "READY=1\nSTATUS=" + one_line(status));
}

void service_manager::status(std::string const& text)
{
    if (listens())
        os::notify(socket_, "STATUS=" + one_line(text));
}

void service_manager::reloading()
{
    if (listens())
        os::notify(socket_, "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(os::monotonic_us()) +
                                "\nSTATUS=reloading");
}

void service_manager::stopping()
{
    if (listens())
        os::notify(socket_, "STOPPING=1\nSTATUS=stopping");
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

} // namespace procd
