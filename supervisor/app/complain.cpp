#include "supervisor/app/complain.hpp"

#include "procfile/text.hpp"
#include "supervisor/os/journal.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

namespace procd::app {

namespace {

constexpr int stderr_fd = 2;

// Each line of the text, with the priority before it that the journal reads.
std::string with_priority(std::string_view text, procfile::severity gravity)
{
    std::string_view const mark = gravity == procfile::severity::error     ? "<3>"
                                  : gravity == procfile::severity::warning ? "<4>"
                                                                           : "";
    std::string marked;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size() - 1) + 1;
        marked.append(mark).append(text.substr(0, end));
        text.remove_prefix(end);
    }
    return marked;
}

void write(std::string text, procfile::severity gravity)
{
    if (os::is_journal(stderr_fd))
        text = with_priority(text, gravity);
    std::fwrite(text.data(), 1, text.size(), stderr);
}

} // namespace

void complain(std::string const& message, procfile::severity gravity)
{
    write("procd: " + procfile::text::visible_lines(message) + '\n', gravity);
}

int report(boost::system::result<loaded, load_error> const& seen)
{
    if (!seen) {
        complain(seen.error().message);
        return seen.error().usage ? exit_usage : exit_failure;
    }
    for (auto const& finding : seen->diagnostics)
        if (finding.level != procfile::severity::note)
            write(render(*seen, finding), finding.level);
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
