#include "supervisor/ctl/table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ctl {

namespace {

constexpr std::size_t gap = 4;

// The number of code points, which is close enough to the columns that a name takes on a terminal.
std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

} // namespace

std::string table_text(std::vector<row> const& rows)
{
    std::vector<std::size_t> widths;
    for (auto const& r : rows) {
        widths.resize(std::max(widths.size(), r.size()));
        for (std::size_t i = 0; i < r.size(); ++i)
            widths[i] = std::max(widths[i], width(r[i]));
    }
    std::string text;
    for (auto const& r : rows) {
        std::size_t owed = 0; // blanks to write before the next cell that is not empty
        for (std::size_t i = 0; i < r.size(); ++i) {
            if (!r[i].empty()) {
                text.append(owed, ' ');
                text += r[i];
                owed = 0;
            }
            owed += widths[i] - width(r[i]) + gap;
        }
        text += '\n';
    }
    return text;
}

} // namespace ctl
