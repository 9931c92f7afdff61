// All findings in a text as a user sees them, for tests that compare the full text.
#pragma once

#include "procfile/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

inline std::string rendered(std::vector<procfile::diagnostic> const& findings,
                            std::string_view text)
{
    std::string all;
    for (procfile::diagnostic const& finding : findings)
        all += procfile::render(finding, text);
    return all;
}
