#include "supervisor/core/app_exit.hpp"

#include <algorithm>

namespace core {

int app_exit_code(app_end const& end)
{
    if (end.start_failed || end.unkillable)
        return 1;
    if (end.ended_by && end.ended_found == probed::dead)
        return std::max(shell_code(*end.ended_by), 1);
    if (end.ended_by)
        return shell_code(*end.ended_by);
    int worst = 0;
    for (auto const& status : end.all_ended)
        worst = std::max(worst, shell_code(status));
    return worst;
}

bool ends_app(exit_on when, exit_status const& status, probed found)
{
    switch (when) {
    case exit_on::never:
        return false;
    case exit_on::failure:
        return !succeeded(status) || found == probed::dead;
    case exit_on::any:
        return true;
    }
    return false;
}

} // namespace core
