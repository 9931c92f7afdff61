// The head of an HTTP answer in the strict form that Beast reads. Other clients also take heads
// whose lines end in LF alone, or whose status has no reason phrase (RFC 9112, 2.2 and 4).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

// The length of the head that these bytes begin with, including the empty line that ends it. 0:
// the empty line has not come yet.
std::size_t head_length(std::string_view bytes);

// The head with CR LF at the end of each line, and with a blank behind a bare status code.
std::string strict_head(std::string_view head);

// Tells whether the head is that of an interim answer (1xx), which another head follows. An upgrade
// (101) is final.
bool is_interim(std::string_view head);

} // namespace core
