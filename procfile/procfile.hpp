// From the text of a Procfile to its entries.
#pragma once

#include "procfile/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace procfile {

// One `type: command` of a Procfile.
struct entry {
    std::string type;
    std::string command;
    unsigned line = 0;
    bool operator==(entry const&) const = default;
};

struct parsed_procfile {
    std::vector<entry> entries; // in file order
    std::vector<diagnostic> diagnostics;
    unsigned skipped = 0; // how many lines fit nothing
};

// Reads a whole Procfile. The form of a line is Foreman's. A line that does not have it is skipped
// with a warning. When a type is declared twice, a warning names both lines and the last one
// counts: the earlier one is as if it were not there. A command that begins with a character that
// only looks like a blank, or ends in a '\\', gets a warning, and a command of nothing but blanks a
// note. CRLF line ends and a UTF-8 byte order mark are accepted. A text in UTF-16 is an error.
parsed_procfile parse(std::string_view text, std::string const& file);

// Tells whether another file may imply the type `web`: the entries are the release phase and
// nothing else.
bool only_release(parsed_procfile const& parsed);

// Tells whether `name` may be the name of a process type: one or more of A-Z a-z 0-9 _ and -.
bool valid_type(std::string_view name);

// The text that procd gives to `/bin/sh -c` for a command. Where that is safe it is the command
// with `exec ` in front, so that the process is the command itself and not a shell around it. It is
// safe when the first word is a literal that is no builtin, keyword or assignment, and the line has
// none of ; & | ( ) { } < > and newline.
std::string shell_line(std::string_view command);

// A shell line that ends in a comment, or not, with the shell's own arguments ("$@") behind its
// last word: before the comment, which would swallow them.
std::string with_arguments(std::string_view line);

} // namespace procfile
