// Rewrites any bytes as the head of an answer: every line ends with CR LF, nothing but line ends
// and one blank changes, a second pass changes nothing, and the end of the head stays its end.
#include "supervisor/core/http_head.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

namespace {

std::string without_ends(std::string text)
{
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == ' '; });
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes = fuzz::text(data, size);
    auto const length = core::head_length(bytes);
    fuzz::require(length <= bytes.size());
    auto const head = bytes.substr(0, length);
    auto const strict = core::strict_head(head);
    fuzz::require(without_ends(strict) == without_ends(head));
    fuzz::require(core::head_length(strict) == strict.size());
    fuzz::require(core::strict_head(strict) == strict);
    fuzz::require(core::is_interim(head) == core::is_interim(strict));
    for (std::size_t at = strict.find('\n'); at != std::string::npos;
         at = strict.find('\n', at + 1))
        fuzz::require(at > 0 && strict[at - 1] == '\r');
    return 0;
}
