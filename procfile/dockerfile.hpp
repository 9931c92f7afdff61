// From the text of a Dockerfile to its instructions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procfile {

// One instruction of a Dockerfile, such as CMD or ENV.
struct instruction {
    std::string keyword;   // upper case
    std::string arguments; // continuation lines joined, without the comments between them
    unsigned line = 0;     // the first line of the instruction, counted from 1
    bool operator==(instruction const&) const = default;
};

// Splits a Dockerfile into its instructions. Comments and here-documents are left out. Words that
// are no instructions of Docker are kept, because procd looks only at those that it knows.
std::vector<instruction> dockerfile_instructions(std::string_view text);

// The variables of an ENV instruction in either form (`K=V K2="V 2"` or `K V`), without quotes and
// escapes. A reference to another variable is kept as text. Invalid names and values with a NUL
// byte are left out.
std::vector<std::pair<std::string, std::string>> dockerfile_env(std::string_view arguments);

} // namespace procfile
