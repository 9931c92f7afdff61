// A Dockerfile's text to its instructions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace procfile {

struct instruction {
    std::string keyword;   // upper case
    std::string arguments; // continuation lines joined, comments between them left out
    unsigned line = 0;     // where it begins
    bool operator==(instruction const&) const = default;
};

std::vector<instruction> dockerfile_instructions(std::string_view text);

// The variables of an ENV instruction, both forms (`K=V K2="V 2"` and `K V`), quotes and escapes
// taken off. References to other variables are left as they are.
std::vector<std::pair<std::string, std::string>> dockerfile_env(std::string_view arguments);

} // namespace procfile
