#include "supervisor/app/complain.hpp"

#include "procfile/text.hpp"

#include <cstdio>
#include <utility>

namespace procd::app {

void complain(std::string const& message)
{
    auto const line = "procd: " + procfile::text::visible_lines(message) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

int report(boost::system::result<loaded, load_error> const& seen)
{
    if (!seen) {
        complain(seen.error().message);
        return seen.error().usage ? exit_usage : exit_failure;
    }
    auto const findings = render(*seen, notes::hidden);
    std::fwrite(findings.data(), 1, findings.size(), stderr);
    return procfile::has_error(seen->diagnostics) ? exit_failure : 0;
}

boost::system::result<loaded, int> load_or_complain(options const& given, verb started_as,
                                                    occasion when)
{
    auto seen = load(given, started_as, when);
    if (int const code = report(seen); code != 0)
        return code;
    return std::move(*seen);
}

} // namespace procd::app
