#include "supervisor/app/complain.hpp"

#include <cstdio>
#include <utility>

namespace procd::app {

void complain(std::string const& message)
{
    auto const line = "procd: " + message + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

boost::system::result<loaded, int> load_or_complain(options const& given, verb how)
{
    auto seen = load(given, how);
    if (!seen) {
        complain(seen.error().message);
        return seen.error().usage ? exit_usage : exit_failure;
    }
    auto const findings = render(*seen, false);
    std::fwrite(findings.data(), 1, findings.size(), stderr);
    if (procfile::has_error(seen->diagnostics))
        return int{exit_failure};
    return std::move(*seen);
}

} // namespace procd::app
