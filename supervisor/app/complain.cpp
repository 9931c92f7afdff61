#include "supervisor/app/complain.hpp"

#include <cstdio>
#include <utility>

namespace procd::app {

void complain(std::string const& message)
{
    auto const line = "procd: " + message + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

boost::system::result<loaded, int> load_or_complain(options const& given, verb started_as,
                                                    occasion when)
{
    auto seen = load(given, started_as, when);
    if (!seen) {
        complain(seen.error().message);
        return seen.error().usage ? exit_usage : exit_failure;
    }
    auto const findings = render(*seen, notes::hidden);
    std::fwrite(findings.data(), 1, findings.size(), stderr);
    if (procfile::has_error(seen->diagnostics))
        return int{exit_failure};
    return std::move(*seen);
}

} // namespace procd::app
