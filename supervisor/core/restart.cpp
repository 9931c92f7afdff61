#include "supervisor/core/restart.hpp"

#include <algorithm>
#include <cerrno>

namespace core {

bool is_shortage(exit_status const& status)
{
    auto const* failure = std::get_if<never_started>(&status);
    return failure &&
           (failure->error == EMFILE || failure->error == ENFILE || failure->error == EAGAIN ||
            failure->error == ENOMEM || failure->error == ENOSPC);
}

bool should_restart(procfile::restart_policy policy, exit_status const& status)
{
    if (is_shortage(status))
        return true;
    switch (policy) {
    case procfile::restart_policy::always:
        return true;
    case procfile::restart_policy::on_failure:
        return !succeeded(status);
    case procfile::restart_policy::never:
        return false;
    }
    return false;
}

std::chrono::milliseconds backoff_delay(procfile::backoff_settings const& settings, int attempt,
                                        exit_status const& status)
{
    using std::chrono::milliseconds;
    milliseconds delay = settings.first;
    if (attempt > 1) {
        delay = std::min(settings.initial, settings.max);
        for (int i = 2; i < attempt && delay.count() > 0 && delay < settings.max; ++i)
            delay = std::min(delay * 2, settings.max);
        if (std::holds_alternative<never_started>(status))
            delay = std::max(delay, milliseconds{1'000});
    }
    return delay;
}

} // namespace core
