// Columns of text.
#pragma once

#include <string>
#include <vector>

namespace ctl {

using row = std::vector<std::string>;

// Left aligned, columns four spaces apart, a newline after each row, no blanks at a row's end.
std::string table_text(std::vector<row> const& rows);

} // namespace ctl
