#include "supervisor/front/chunk_scanner.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>

using namespace procd::front;
using step = chunk_scanner::step;

namespace {

struct outcome {
    step last;
    std::string payload;
    bool operator==(outcome const&) const = default;
};

// Decodes the bytes in pieces of this size. `used` is the sum of all pieces.
outcome decode(std::string_view bytes, std::size_t piece)
{
    chunk_scanner scanner, second;
    outcome result;
    std::size_t used = 0;
    while (used < bytes.size()) {
        auto const part = bytes.substr(used, piece);
        result.last = scanner.decode(part, result.payload);
        CHECK(second.feed(part) == result.last);
        used += result.last.used;
        if (result.last.done || result.last.bad)
            break;
        CHECK(result.last.used == part.size());
    }
    result.last.used = used;
    return result;
}

outcome decode(std::string_view bytes)
{
    auto const whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
    for (std::size_t piece = 1; piece < std::min<std::size_t>(bytes.size(), 40); ++piece)
        CHECK(decode(bytes, piece) == whole);
    return whole;
}

std::string of_size(char const* size, std::size_t bytes)
{
    return size + std::string("\r\n") + std::string(bytes, 'x') + "\r\n0\r\n\r\n";
}

} // namespace

TEST_CASE("a body in chunks ends with its last chunk", "[chunk_scanner]")
{
    struct {
        std::string bytes;
        std::string payload;
    } const bodies[] = {
        {"0\r\n\r\n", ""},
        {"5\r\nhello\r\n0\r\n\r\n", "hello"},
        {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
        {"2\r\n\r\n\r\n0\r\n\r\n", "\r\n"},
        {"00000005\r\nhello\r\n000\r\n\r\n", "hello"},
        {"1;a=b;c=\"d e\"\r\nx\r\n0;last\r\n\r\n", "x"},
        {"0\r\nA: b\r\nC:\r\n\r\n", ""},
        {of_size("a", 10), std::string(10, 'x')},
        {of_size("1F", 31), std::string(31, 'x')},
        {of_size("0000000000000010", 16), std::string(16, 'x')},
    };
    for (auto const& body : bodies) {
        INFO(body.bytes);
        CHECK(decode(body.bytes) == outcome{{body.bytes.size(), true, false}, body.payload});
        CHECK(decode(body.bytes + "GET /") ==
              outcome{{body.bytes.size(), true, false}, body.payload});
        for (std::size_t cut = 1; cut < body.bytes.size(); ++cut)
            CHECK(decode(body.bytes.substr(0, cut)).last == step{cut, false, false});
    }
}

TEST_CASE("a body in chunks that breaks a rule is bad from there on", "[chunk_scanner]")
{
    struct {
        std::string bytes;
        std::size_t used; // the bytes before the fault
    } const bodies[] = {
        {"\r\n", 0},
        {"x\r\n", 0},
        {"+5\r\nhello", 0},
        {"-1\r\n", 0},
        {" 5\r\nhello", 0},
        {"0x5\r\nhello", 1},
        {"5 \r\nhello", 1},
        {"5\t;a\r\nhello", 1},
        {"5,5\r\nhello", 1},
        {"5\nhello", 1},
        {"5\r\rhello", 2},
        {"5;a\nb\r\nhello", 3},
        {std::string("5;\0\r\nhello", 10), 2},
        {"5;a\rb\r\n", 4},
        {"5;\r\nhello", 2},
        {"5;a=\"\r\nhello", 5},
        {"5; a\r\nhello", 2},
        {"5\r\nhello0\r\n", 8},
        {"5\r\nhello\n0\r\n", 8},
        {"5\r\nhello\r0\r\n", 9},
        {"5\r\nhello\r\n\r\n", 10},
        {"00000000000000005\r\nhello", 16},
        {"fffffffffffffffff\r\n", 16},
        {"0\r\n\n", 3},
        {"0\r\n A: b\r\n\r\n", 3},
        {"0\r\n: b\r\n\r\n", 3},
        {"0\r\nA : b\r\n\r\n", 4},
        {"0\r\nA\r\n\r\n", 4},
        {"0\r\nA: b\n\r\n", 7},
        {"0\r\nA: b\r\n c\r\n\r\n", 9},
        {"0\r\nA: \x7f\r\n\r\n", 6},
        {"0\r\n\rx", 4},
    };
    for (auto const& body : bodies) {
        INFO(body.bytes);
        CHECK(decode(body.bytes).last == step{body.used, false, true});
    }
    chunk_scanner scanner;
    CHECK(scanner.feed("x").bad);
    CHECK(scanner.feed("0\r\n\r\n") == step{0, false, true});
}

TEST_CASE("extensions and trailers have limits", "[chunk_scanner]")
{
    auto const extended = [](std::size_t size) {
        return "1;" + std::string(size, 'e') + "\r\nx\r\n";
    };
    std::string const longest = extended(chunk_scanner::longest_extension);
    CHECK(decode(longest + longest + "0\r\n\r\n").last.done); // of each chunk by itself
    CHECK(decode(extended(chunk_scanner::longest_extension + 1)).last.bad);

    auto const trailed = [](std::size_t size) {
        return "0\r\nA:" + std::string(size - 6, 'v') + "\r\n\r\n"; // "A:", two line ends
    };
    CHECK(decode(trailed(chunk_scanner::longest_trailers)).last.done);
    CHECK(decode(trailed(chunk_scanner::longest_trailers + 1)).last.bad);
}

TEST_CASE("nothing is used behind the end of a body", "[chunk_scanner]")
{
    chunk_scanner scanner;
    CHECK(scanner.feed("0\r\n\r\n") == step{5, true, false});
    CHECK(scanner.feed("5\r\nhello\r\n") == step{0, true, false});
    CHECK(scanner.feed("") == step{0, true, false});
}
