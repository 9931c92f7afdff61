// Reads any bytes as a body in chunks. The pieces in which it comes do not matter, decoding agrees
// with scanning, and Beast takes every whole body, too, with the same data.
#include "supervisor/front/chunk_scanner.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

using procd::front::chunk_scanner;

namespace {

struct outcome {
    chunk_scanner::step last;
    std::string payload;
    bool operator==(outcome const&) const = default;
};

outcome read(std::string_view bytes, std::size_t piece)
{
    chunk_scanner decoder, scanner;
    outcome result;
    std::size_t used = 0;
    while (used < bytes.size() && !result.last.done && !result.last.bad) {
        auto const part = bytes.substr(used, piece);
        result.last = decoder.decode(part, result.payload);
        fuzz::require(scanner.feed(part) == result.last);
        fuzz::require(result.last.used == part.size() || result.last.done || result.last.bad);
        used += result.last.used;
    }
    result.last.used = used;
    return result;
}

void compare_with_beast(std::string_view body, std::string const& payload)
{
    namespace http = boost::beast::http;
    http::request_parser<http::string_body> parser;
    parser.eager(true);
    parser.header_limit(64 << 10);
    std::string rest = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    rest += body;
    std::string_view left = rest;
    while (!parser.is_done()) {
        boost::beast::error_code ec;
        auto const used = parser.put(boost::asio::buffer(left), ec);
        fuzz::require(!ec && used > 0);
        left.remove_prefix(used);
    }
    fuzz::require(left.empty() && parser.get().body() == payload);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const bytes = fuzz::text(data, size);
    auto const whole = read(bytes, bytes.size());
    for (std::size_t const piece : {1u, 2u, 3u, 5u, 17u})
        fuzz::require(read(bytes, piece) == whole);
    if (whole.last.done)
        compare_with_beast(bytes.substr(0, whole.last.used), whole.payload);
    return 0;
}
