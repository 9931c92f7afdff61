// Sends any bytes to the reader of requests, in any pieces: they give requests or a refusal.
#include "supervisor/control/call_input.hpp"
#include "supervisor/control/http_reader.hpp"
#include "supervisor/control/http_target.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

// The result of reading an input: the number of requests, and the error at the end.
struct outcome {
    int requests = 0;
    int error = 0;
    bool operator==(outcome const&) const = default;
};

void look_at(procd::control::http_request const& request)
{
    auto const target =
        procd::control::parse_target({request.target().data(), request.target().size()});
    if (target) {
        static_cast<void>(
            procd::control::query_flag(*target, "follow", procd::control::when_absent::no));
        static_cast<void>(procd::control::query_number(*target, "lines", 1000));
    }
    if (auto const body = procd::control::parse_json(request.body())) {
        static_cast<void>(procd::control::parse_changes(*body));
        static_cast<void>(procd::control::parse_signal_body(*body));
    }
}

outcome read_all(std::string_view input, std::size_t size)
{
    procd::control::http_reader reader;
    outcome result;
    while (!input.empty() && reader.error() == 0) {
        auto const room = reader.prepare();
        auto const piece = std::min({size, input.size(), room.size()});
        boost::asio::buffer_copy(room, boost::asio::buffer(input.data(), piece));
        reader.commit(piece);
        input.remove_prefix(piece);
        while (auto const request = reader.next()) {
            ++result.requests;
            look_at(*request);
        }
    }
    result.error = reader.error();
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const input(reinterpret_cast<char const*>(data), size);
    auto const whole = read_all(input, input.size());
    auto const bytes = read_all(input, 1);
    fuzz::require(whole.requests == bytes.requests);
    return 0;
}
