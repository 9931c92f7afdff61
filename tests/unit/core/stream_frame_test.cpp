#include "supervisor/core/stream_frame.hpp"
#include "tests/fixtures/catch.hpp"

#include <vector>

using namespace core;

namespace {

std::vector<frame> all_of(frame_reader& reader)
{
    std::vector<frame> frames;
    while (auto f = reader.next())
        frames.push_back(std::move(*f));
    return frames;
}

} // namespace

TEST_CASE("frames come out as they went in, however the bytes are cut", "[frame]")
{
    std::string const nul("a\0b\xff", 4);
    std::string bytes;
    append_frame(bytes, frame_type::stdin_data, nul);
    append_frame(bytes, frame_type::stdin_eof, "");
    append_frame(bytes, frame_type::resize, resize_payload({50, 132}));
    append_frame(bytes, frame_type::exit, std::string(1, '\7'));
    CHECK(bytes.substr(0, 5) == std::string("\0\0\0\0\4", 5));
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        frame_reader reader;
        std::vector<frame> frames;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            reader.feed(std::string_view(bytes).substr(at, step));
            for (auto& f : all_of(reader))
                frames.push_back(std::move(f));
        }
        REQUIRE(frames == std::vector<frame>{{frame_type::stdin_data, nul},
                                             {frame_type::stdin_eof, ""},
                                             {frame_type::resize, resize_payload({50, 132})},
                                             {frame_type::exit, "\7"}});
        CHECK(!reader.broken());
    }
}

TEST_CASE("data longer than a frame is several", "[frame]")
{
    std::string bytes;
    append_frame(bytes, frame_type::stdout_data, std::string(largest_payload + 3, 'x'));
    frame_reader reader;
    reader.feed(bytes);
    auto const frames = all_of(reader);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].payload.size() == largest_payload);
    CHECK(frames[1].payload == "xxx");
}

TEST_CASE("what is no frame breaks the stream", "[frame]")
{
    for (auto const& bytes : {std::string("\x09\0\0\0\0", 5), std::string("\0\0\1\0\1", 5),
                              std::string("GET / HTTP/1.1")}) {
        frame_reader reader;
        reader.feed(bytes);
        CHECK(!reader.next());
        CHECK(reader.broken());
        reader.feed(std::string(100, '\0'));
        CHECK(!reader.next());
    }
}

TEST_CASE("a credit is four bytes", "[frame]")
{
    auto const bytes = GENERATE(0u, 1u, 65536u, 4294967295u);
    CHECK(parse_credit(credit_payload(bytes)) == bytes);
    CHECK(credit_payload(65536) == std::string("\0\1\0\0", 4));
    CHECK(!parse_credit("123"));
    CHECK(!parse_credit("12345"));
}

TEST_CASE("a size is four bytes", "[frame]")
{
    CHECK(parse_resize(resize_payload({24, 80})) == frame_size{24, 80});
    CHECK(parse_resize(resize_payload({65535, 0})) == frame_size{65535, 0});
    CHECK(!parse_resize(""));
    CHECK(!parse_resize("12345"));
}
