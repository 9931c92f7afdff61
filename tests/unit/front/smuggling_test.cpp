// The heads of tests/data/smuggling.json, which attackers or broken programs send: each is refused
// by the rule that it breaks, or is read as a message whose end is certain.
#include "supervisor/front/request_head.hpp"
#include "supervisor/front/response_head.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <sstream>

using namespace procd::front;
namespace json = boost::json;

namespace {

json::array vectors()
{
    std::ifstream file{std::string{TEST_DATA} + "/smuggling.json"};
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str()).as_array();
}

std::string text(json::object const& v, char const* key, char const* otherwise = "")
{
    auto const* const value = v.if_contains(key);
    return value ? std::string(value->as_string()) : otherwise;
}

std::string bytes_of(json::object const& v)
{
    auto bytes = text(v, "head");
    if (auto const at = bytes.find("{fill}"); at != std::string::npos)
        bytes.replace(at, 6, v.at("fill").to_number<std::size_t>(), 'a');
    return bytes;
}

// The reading of one message, as far as the table tells about it.
struct reading {
    int status = 0; // 0: accepted
    std::string why;
    std::string body;
    bool operator==(reading const&) const = default;
};
reading const incomplete{-1, "", ""};

reading refused(refusal const& by)
{
    return {by.status, by.why, ""};
}

reading accepted(framing body)
{
    switch (body.by) {
    case framing::kind::none:
        return {0, "", "none"};
    case framing::kind::length:
        return {0, "", "length " + std::to_string(body.length)};
    case framing::kind::chunked:
        return {0, "", "chunked"};
    case framing::kind::until_close:
        return {0, "", "until_close"};
    }
    return {};
}

// Reads the bytes that have come so far, of which `searched` have been seen before.
reading read(json::object const& v, std::string_view bytes, std::size_t searched)
{
    bool const request = text(v, "kind") == "request";
    auto const skipped = request ? leading_empty_line(bytes) : 0;
    bytes.remove_prefix(skipped);
    searched -= std::min(skipped, searched);
    auto const size = head_length(bytes, searched);
    if (size == 0) {
        auto const found = request ? hopeless(bytes, searched) : hopeless_response(bytes, searched);
        return found ? refused(*found) : incomplete;
    }
    if (request) {
        auto const head = read_request(bytes.substr(0, size));
        return head ? accepted(head->body) : refused(head.error());
    }
    auto const head = read_response(bytes.substr(0, size), text(v, "method", "GET"));
    return head ? accepted(head->body) : refused(head.error());
}

reading read_in_pieces(json::object const& v, std::string_view bytes, std::size_t piece)
{
    std::size_t come = 0;
    for (;;) {
        auto const searched = come;
        come = std::min(come + piece, bytes.size());
        auto const seen = read(v, bytes.substr(0, come), searched);
        if (seen != incomplete || come == bytes.size())
            return seen;
    }
}

} // namespace

TEST_CASE("each head that is understood in different ways is refused by its rule", "[smuggling]")
{
    auto const all = vectors();
    REQUIRE(all.size() > 150);
    for (auto const& each : all) {
        auto const& v = each.as_object();
        INFO(text(v, "kind") << ": " << text(v, "rule"));
        auto const bytes = bytes_of(v);
        auto const seen = read(v, bytes, 0);
        INFO(seen.status << " " << seen.why << " " << seen.body);
        if (v.at("answer").is_string()) {
            CHECK(seen == reading{0, "", text(v, "body")});
        } else {
            CHECK(seen.status == v.at("answer").to_number<int>());
            REQUIRE_FALSE(text(v, "why").empty());
            CHECK(seen.why.find(text(v, "why")) != std::string::npos);
        }
    }
}

TEST_CASE("the answer to a head does not depend on the pieces in which it comes", "[smuggling]")
{
    for (auto const& each : vectors()) {
        auto const& v = each.as_object();
        INFO(text(v, "kind") << ": " << text(v, "rule"));
        auto const bytes = bytes_of(v);
        auto const whole = read(v, bytes, 0);
        bool const is_long = bytes.size() > 4096;
        for (std::size_t const piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{1024}}) {
            if (is_long && piece < 1024)
                continue; // a minute of work without anything new
            auto const seen = read_in_pieces(v, bytes, piece);
            CHECK(seen.status == whole.status);
            CHECK(seen.body == whole.body);
        }
    }
}
