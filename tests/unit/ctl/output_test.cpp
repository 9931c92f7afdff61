#include "supervisor/ctl/client.hpp"
#include "supervisor/ctl/output.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace json = boost::json;

TEST_CASE("all strings of an answer are made harmless before they are shown", "[output]")
{
    auto const v =
        json::parse(R"({"a": "x\u001b[2Jy", "b": ["\u009b2J", {"c": "\u007f"}], "n": 3})");
    CHECK(json::serialize(ctl::harmless(v)) ==
          R"({"a":"x\\x1b[2Jy","b":["\\xc2\\x9b2J",{"c":"\\x7f"}],"n":3})");
    auto const event = ctl::view_of<core::api::event>(json::parse(
        R"({"seq": 1, "time": "2026-11-23T07:30:00Z", "kind": "x\u0085", "process": "\u001b",
            "message": "\u0090q", "data": {}})"));
    CHECK(event.kind == "x\\xc2\\x85");
    CHECK(event.process == "\\x1b");
    CHECK(event.message == "\\xc2\\x90q");
}

TEST_CASE("the bytes of a log record stay as the child wrote them", "[output]")
{
    auto const record = ctl::view_of<core::log_record>(json::parse(
        R"({"seq": 1, "time": "2026-11-23T07:30:00.000Z", "process": "web.1", "line": "\u001b[1mx",
            "partial": false})"));
    CHECK(record.bytes == "\x1b[1mx");
}

TEST_CASE("JSON is printed without control characters, and means the same", "[output]")
{
    CHECK(ctl::harmless_json("{\"a\":\"\x7f\xc2\x9bx\xc3\xa9\"}") ==
          "{\"a\":\"\\u007f\\u009bx\xc3\xa9\"}");
    CHECK(ctl::harmless_json("\"\xff\x1b\"") == "\"\\ufffd\\u001b\"");
    CHECK(json::parse(ctl::harmless_json("[\"\xc2\x85\"]")) == json::parse("[\"\xc2\x85\"]"));
}
