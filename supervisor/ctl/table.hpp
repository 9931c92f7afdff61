// Tables of text.
#pragma once

#include <string>
#include <vector>

namespace ctl {

using row = std::vector<std::string>;

// The rows as lines of text. Columns are aligned on the left and four blanks apart, and no line
// ends with a blank.
std::string table_text(std::vector<row> const& rows);

} // namespace ctl
