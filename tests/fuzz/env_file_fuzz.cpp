// Parses any text as an env file: every assignment can be given to a process, a finding affects its
// line only unless the file is in UTF-16, and no finding shows a value.
#include "procfile/env_file.hpp"
#include "tests/fuzz/require.hpp"

using namespace procfile;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text = fuzz::text(data, size);
    parsed_env const parsed = parse_env(text, ".env");
    unsigned line = 0;
    for (assignment const& a : parsed.assignments) {
        fuzz::require(valid_key(a.key) && a.value.find('\0') == std::string::npos);
        fuzz::require(a.line > line);
        line = a.line;
    }
    // A file in UTF-16 cannot be read at all. Every other finding is about one line.
    bool unreadable = false;
    for (diagnostic const& d : parsed.diagnostics) {
        unreadable = unreadable || d.level == severity::error;
        fuzz::require(d.level == severity::error ? d.line == 0 && parsed.assignments.empty()
                                                 : d.secret);
    }
    fuzz::check_findings(parsed.diagnostics, text);

    // A line that is added at the end is read, even after an unclosed quote.
    parsed_env const longer = parse_env(text + "\nLAST=1", ".env");
    bool const closed = !unreadable && text.find_first_of("\"'\\") == std::string::npos;
    fuzz::require(!closed ||
                  (!longer.assignments.empty() && longer.assignments.back().key == "LAST"));
    return 0;
}
