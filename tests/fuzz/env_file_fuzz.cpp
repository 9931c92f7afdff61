// Parses any text as an env file: every assignment can be given to a process, a finding affects its
// line only, and no finding shows a value.
#include "procfile/env_file.hpp"
#include "procfile/text.hpp"
#include "tests/fuzz/require.hpp"

using namespace procfile;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const content = fuzz::text(data, size);
    parsed_env const parsed = parse_env(content, ".env");
    unsigned line = 0;
    for (assignment const& a : parsed.assignments) {
        fuzz::require(valid_key(a.key) && a.value.find('\0') == std::string::npos);
        fuzz::require(a.line > line);
        line = a.line;
    }
    fuzz::check_findings(parsed.diagnostics, content);
    if (text::is_utf16(content)) {
        fuzz::require(parsed.assignments.empty() && parsed.diagnostics.size() == 1);
        return 0;
    }
    for (diagnostic const& d : parsed.diagnostics)
        fuzz::require(d.level != severity::error && d.secret);

    // A line that is added at the end is read, even after an unclosed quote.
    parsed_env const longer = parse_env(content + "\nLAST=1", ".env");
    bool const closed = content.find_first_of("\"'\\") == std::string::npos;
    fuzz::require(!closed ||
                  (!longer.assignments.empty() && longer.assignments.back().key == "LAST"));
    return 0;
}
