#include "supervisor/os/extension.hpp"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace os {

std::error_code become_extension(std::vector<std::string> const& argv,
                                 std::map<std::string, std::string> const& variables)
{
    for (auto const& [key, value] : variables)
        ::setenv(key.c_str(), value.c_str(), 1);
    std::vector<char*> words;
    for (auto const& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words.front(), words.data());
    return {errno, std::generic_category()};
}

} // namespace os
