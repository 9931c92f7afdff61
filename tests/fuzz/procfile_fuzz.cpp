// Parses any text as a Procfile: every line is an entry, a finding, blank or a comment, and each
// entry has the promised form.
#include "procfile/procfile.hpp"
#include "procfile/text.hpp"
#include "tests/fuzz/require.hpp"

#include <set>

using namespace procfile;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text = fuzz::text(data, size);
    parsed_procfile const parsed = parse(text, "Procfile");
    std::size_t const lines = text::lines(text).size();
    std::set<std::string> types;
    for (entry const& e : parsed.entries) {
        fuzz::require(valid_type(e.type) && types.insert(e.type).second);
        fuzz::require(e.line >= 1 && e.line <= lines && !e.command.empty());
        fuzz::require(e.command.find_first_of(std::string_view{"\n\0", 2}) == std::string::npos);
        std::string const line = shell_line(e.command);
        fuzz::require(line == e.command || line == "exec " + e.command);
        fuzz::require(shell_line(line) == line); // a second pass changes nothing
        parsed_procfile const again = parse(e.type + ": " + e.command + "\n", "f");
        fuzz::require(again.entries.size() == 1 && again.entries[0].type == e.type);
    }
    fuzz::check_findings(parsed.diagnostics, text);
    return 0;
}
