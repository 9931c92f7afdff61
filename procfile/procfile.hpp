// A Procfile's text to its entries.
#pragma once

#include "procfile/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

struct entry {
    std::string type;
    std::string command;
    unsigned line = 0;
    bool operator==(entry const&) const = default;
};

struct parsed_procfile {
    std::vector<entry> entries; // in file order
    std::vector<diagnostic> diagnostics;
};

// Reads a whole Procfile. A line that fits nothing is a warning and is skipped; a type declared
// twice is an error that names both lines (the first one stays); a command that is all blanks is a
// note. CRLF and a UTF-8 BOM are accepted.
// The line's form is Foreman's.
parsed_procfile parse(std::string_view text, std::string const& file);

// Whether `name` may name a process type: one or more of A-Z a-z 0-9 _ and -.
bool valid_type(std::string_view name);

// The command as given to `/bin/sh -c`: prefixed with `exec ` when that is safe, so that the
// process is the command and not a shell around it. Safe means: the first word is a literal that is
// no builtin, keyword or assignment, and the line has none of ; & | ( ) { } < > and newline.
std::string shell_line(std::string_view command);

} // namespace procfile
