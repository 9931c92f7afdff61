// Runs a program that extends another one: `procctl-NAME` as `procctl NAME`.
#pragma once

#include <map>
#include <string>
#include <system_error>
#include <vector>

namespace os {

// Becomes the program `argv[0]`, which is looked up in PATH, with these variables set in addition
// to the present environment. Returns only when that fails: ENOENT when there is no such program.
std::error_code become_extension(std::vector<std::string> const& argv,
                                 std::map<std::string, std::string> const& variables);

} // namespace os
