// Frames any bytes in any portions. The first byte of a portion gives its length, and tells whether
// the line before it was quiet. All runs together are the bytes that went in, and none is too long.
#include "supervisor/core/line_framer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void keep(core::line_run const& run, std::string& out)
{
    std::size_t begin = 0;
    for (auto const end : run.ends) {
        auto const line = run.bytes.substr(begin, end - begin);
        bool const whole = line.find('\n') == line.size() - 1 && !line.empty();
        bool const piece = line.find('\n') == std::string_view::npos && !line.empty();
        if (line.size() > core::line_framer::max_line + 1 || !(run.partial ? piece : whole))
            std::abort();
        out += line;
        begin = end;
    }
    if (begin != run.bytes.size())
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    core::line_framer framer;
    core::line_ends ends;
    std::string in, out;
    for (std::size_t at = 0; at < size;) {
        unsigned const how = data[at++];
        std::string portion(reinterpret_cast<char const*>(data) + at,
                            std::min<std::size_t>(how & 63u, size - at));
        at += portion.size();
        if ((how & 64u) != 0 && !portion.empty())
            portion.resize(portion.size() * 2048, portion.back());
        in += portion;
        std::string_view left(portion);
        while (auto const run = framer.next(left, ends))
            keep(*run, out);
        if ((how & 128u) != 0)
            if (auto const piece = framer.rest(ends))
                keep(*piece, out);
    }
    if (auto const piece = framer.rest(ends))
        keep(*piece, out);
    if (in != out || framer.waiting())
        std::abort();
    return 0;
}
