#include "supervisor/front/messages.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>
#include <limits>

using namespace procd::front;
namespace json = boost::json;

namespace {

settings some_settings()
{
    return {{"127.0.0.0/8", "::1"}, false, 100, 1, 2, 3, std::uint64_t(1) << 40};
}

fronted_type some_type()
{
    fronted_type t;
    t.name = "web";
    t.http = false;
    t.listeners = {3, 1};
    t.hosts = {"shop.localhost", "\"\\\x01\u00e9"};
    t.gets_the_rest = false;
    t.concurrency = 7;
    t.queue = 0;
    t.queue_timeout_ms = longest_time_ms;
    t.hold_ms = 0;
    t.wanted = false;
    t.over = true;
    t.paused = t.maintenance = true;
    t.loopback_page = "l";
    return t;
}

picture some_picture()
{
    picture p;
    p.number = std::numeric_limits<std::uint64_t>::max();
    p.with = some_settings();
    p.listeners = {{1, 8080, false}, {3, 0, true}};
    p.with.unavailable_page = "<p>a: b, {\"c\": \"d\\\"\"}</p>\n";
    p.types = {some_type(), {}};
    p.targets = {{1, "web.1", "web", 1, true}, {2, "web.2", "web", 65'535, false}};
    return p;
}

figures some_figures()
{
    return {9, {{"web", 1, 2, 3, 4, 5.5, 1000, 17.5, 0.25, 1e9}, {"api"}}};
}

// The text of the message after a change of its JSON.
std::string changed(std::string const& text, std::function<void(json::value&)> const& change)
{
    auto value = json::parse(text);
    change(value);
    return json::serialize(value);
}

// Calls `visit` with each value inside, that of the message included.
void each_value(json::value& of, std::function<void(json::value&)> const& visit)
{
    visit(of);
    if (auto* const object = of.if_object())
        for (auto& [key, value] : *object)
            each_value(value, visit);
    if (auto* const array = of.if_array())
        for (auto& value : *array)
            each_value(value, visit);
}

std::size_t values_in(std::string const& text)
{
    auto value = json::parse(text);
    std::size_t count = 0;
    each_value(value, [&](json::value&) { ++count; });
    return count;
}

// The text with its nth value changed.
std::string with_value(std::string const& text, std::size_t n,
                       std::function<void(json::value&)> const& change)
{
    return changed(text, [&](json::value& all) {
        std::size_t at = 0;
        json::value* found = nullptr;
        each_value(all, [&](json::value& v) {
            if (at++ == n)
                found = &v;
        });
        REQUIRE(found != nullptr);
        change(*found);
    });
}

std::vector<std::string> all_texts()
{
    return {text_of(order(some_picture())), text_of(order(ask_figures{5})),
            text_of(report(idle_targets{7, {1, 2}})), text_of(report(some_figures()))};
}

bool is_read(std::string const& text)
{
    return read_order(text) || read_report(text);
}

std::string with_picture(std::function<void(picture&)> const& change)
{
    auto p = some_picture();
    change(p);
    return text_of(order(p));
}

std::string with_figures(std::function<void(type_figures&)> const& change)
{
    auto f = some_figures();
    change(f.types.front());
    return text_of(report(f));
}

} // namespace

TEST_CASE("every message is read as it was written", "[messages]")
{
    for (order const& o : {order(picture()), order(some_picture()), order(ask_figures{0}),
                           order(ask_figures{std::numeric_limits<std::uint64_t>::max()})}) {
        CHECK(read_order(text_of(o)) == o);
        CHECK_FALSE(read_report(text_of(o)));
    }
    for (report const& r : {report(idle_targets{}), report(idle_targets{7, {1, 2, 3}}),
                            report(figures{}), report(some_figures())}) {
        CHECK(read_report(text_of(r)) == r);
        CHECK_FALSE(read_order(text_of(r)));
    }
}

TEST_CASE("a value of another kind is refused everywhere", "[messages]")
{
    for (auto const& text : all_texts())
        for (std::size_t n = 0; n < values_in(text); ++n)
            for (json::value const& other :
                 {json::value(nullptr), json::value("x"), json::value(1.5), json::value(true),
                  json::value(json::object{{"x", 1}}), json::value(json::array{nullptr})}) {
                bool differs = true;
                auto const wrong = with_value(text, n, [&](json::value& v) {
                    bool const fraction = v.is_double() && other.is_double();
                    differs = v.kind() != other.kind() && !fraction;
                    v = other;
                });
                CAPTURE(wrong);
                if (differs)
                    CHECK_FALSE(is_read(wrong));
            }
}

TEST_CASE("a member that is missing, unknown or there twice is refused", "[messages]")
{
    for (auto const& text : all_texts())
        for (std::size_t n = 0; n < values_in(text); ++n) {
            std::vector<std::string> names;
            with_value(text, n, [&](json::value& v) {
                if (auto* const object = v.if_object())
                    for (auto const& each : *object)
                        names.emplace_back(each.key());
            });
            for (auto const& name : names) {
                auto const missing =
                    with_value(text, n, [&](json::value& v) { v.as_object().erase(name); });
                auto const unknown =
                    with_value(text, n, [&](json::value& v) { v.as_object()[name + "s"] = 1; });
                CAPTURE(missing, unknown);
                CHECK_FALSE(is_read(missing));
                CHECK_FALSE(is_read(unknown));
            }
        }
    CHECK(read_order("{\"ask_figures\":{\"number\":1}}"));
    CHECK_FALSE(read_order("{\"ask_figures\":{\"number\":1,\"number\":1}}"));
    CHECK_FALSE(read_order("{\"ask_figures\":{\"number\":1},\"ask_figures\":{\"number\":1}}"));
    CHECK_FALSE(read_report("{\"idle_targets\":{\"picture\":1,\"ids\":[],\"\\u0069ds\":[2]}}"));
}

TEST_CASE("two kinds of message in one are none", "[messages]")
{
    CHECK_FALSE(is_read("{}"));
    CHECK_FALSE(is_read("{\"other\":{}}"));
    CHECK_FALSE(read_report("{\"idle_targets\":{\"picture\":1,\"ids\":[]},"
                            "\"figures\":{\"number\":1,\"types\":[]}}"));
}

TEST_CASE("a number that does not fit is refused", "[messages]")
{
    for (char const* const number : {"-1", "18446744073709551616", "1e400", "-1e400", "1.5", "1e30",
                                     "NaN", "Infinity", "0x1", "01", "+1"}) {
        CAPTURE(number);
        auto const text = "{\"ask_figures\":{\"number\":" + std::string(number) + "}}";
        CHECK_FALSE(read_order(text));
    }
    for (char const* const id : {"2147483648", "-2147483649", "18446744073709551615", "0.5"}) {
        CAPTURE(id);
        CHECK_FALSE(
            read_report("{\"idle_targets\":{\"picture\":1,\"ids\":[" + std::string(id) + "]}}"));
    }
    for (char const* const load : {"-1", "-0.5", "1e400", "NaN"}) {
        CAPTURE(load);
        auto text = with_figures([](type_figures& t) { t.load_ms = 77; });
        auto const at = text.find("7.7E1");
        REQUIRE(at != std::string::npos);
        CHECK_FALSE(read_report(text.replace(at, 5, load)));
    }
}

TEST_CASE("a picture that makes no sense is refused", "[messages]")
{
    CHECK(read_order(with_picture([](picture&) {})));
    std::function<void(picture&)> const changes[] = {
        [](picture& p) { p.with.header_timeout_ms = -1; },
        [](picture& p) { p.with.idle_timeout_ms = longest_time_ms + 1; },
        [](picture& p) { p.with.response_timeout_ms = std::numeric_limits<std::int64_t>::max(); },
        [](picture& p) { p.with.access_lines_per_second = -1; },
        [](picture& p) { p.types[0].concurrency = -1; },
        [](picture& p) { p.types[0].queue = -1; },
        [](picture& p) { p.types[0].queue_timeout_ms = -1; },
        [](picture& p) { p.types[0].hold_ms = longest_time_ms + 1; },
        [](picture& p) { p.types.push_back(p.types[0]); },
        [](picture& p) { p.targets[1].id = p.targets[0].id; },
        [](picture& p) { p.targets[0].port = 0; },
        [](picture& p) { p.targets[0].port = -1; },
        [](picture& p) { p.targets[0].port = 65'536; },
        [](picture& p) { p.listeners[1].id = p.listeners[0].id; },
        [](picture& p) { p.listeners[0].port = 0; }, // no Unix socket
        [](picture& p) { p.listeners[0].port = 65'536; },
        [](picture& p) { p.listeners[1].port = -1; },
    };
    for (auto const& change : changes) {
        auto const text = with_picture(change);
        CAPTURE(text);
        CHECK_FALSE(read_order(text));
    }
}

TEST_CASE("figures that make no sense are refused", "[messages]")
{
    std::function<void(type_figures&)> const changes[] = {
        [](type_figures& t) { t.in_flight = -1; },
        [](type_figures& t) { t.queued = -1; },
        [](type_figures& t) { t.load_ms = -1; },
        [](type_figures& t) { t.time_ms = -1; },
        [](type_figures& t) { t.p50_ms = -1; },
        [](type_figures& t) { t.p95_ms = -1; },
        [](type_figures& t) { t.requests_per_second = -1; },
        [](type_figures& t) { t.type = "api"; }, // twice
    };
    for (auto const& change : changes)
        CHECK_FALSE(read_report(with_figures(change)));
}

TEST_CASE("what is no JSON is refused, without a crash", "[messages]")
{
    for (auto const& text : all_texts()) {
        for (std::size_t length = 0; length < text.size(); ++length)
            CHECK_FALSE(is_read(text.substr(0, length)));
        CHECK_FALSE(is_read(text + "x"));
        CHECK_FALSE(is_read(text + text));
        CHECK(is_read(' ' + text + '\n')); // blanks mean nothing
    }
    std::string deep = "{\"picture\":";
    for (int i = 0; i < 100'000; ++i)
        deep += '[';
    CHECK_FALSE(is_read(deep));
    CHECK_FALSE(is_read(std::string("\0{}", 3)));
    CHECK_FALSE(read_order("{\"ask_figures\":{\"number\":1}, \"\xff\":1}"));
}

TEST_CASE("a message that is too long is refused", "[messages]")
{
    auto text = text_of(order(ask_figures{1}));
    text.resize(longest_message, ' ');
    CHECK(read_order(text));
    text += ' ';
    CHECK_FALSE(read_order(text));
}
