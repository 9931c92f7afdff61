// The checks that the fuzz targets of the parsers share.
#pragma once

#include "procfile/diagnostic.hpp"
#include "procfile/text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

// An assertion that holds in every build.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

inline std::string text(std::uint8_t const* data, std::size_t size)
{
    return {data, data + size};
}

// Every finding points into the text and has a message, and its rendering has no control
// characters.
inline void check_findings(std::vector<procfile::diagnostic> const& findings, std::string_view text)
{
    std::size_t const lines = procfile::text::lines(text).size();
    std::size_t shown_bytes = 0; // rendering is linear in the text, so only the first are shown
    for (procfile::diagnostic const& d : findings) {
        require(!d.message.empty() && !d.file.empty());
        require(d.line <= lines + 1 && (d.line == 0 || d.column > 0));
        if ((shown_bytes += text.size()) > 1'000'000)
            continue;
        std::string const shown = procfile::render(d, text);
        require(!shown.empty() && shown.back() == '\n');
        for (char const c : shown)
            require(c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    }
}

} // namespace fuzz
