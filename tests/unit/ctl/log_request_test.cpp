#include "supervisor/ctl/failure.hpp"
#include "supervisor/ctl/log_request.hpp"
#include "tests/fixtures/catch.hpp"

using namespace std::chrono_literals;

namespace {

core::wall_time const now = *core::parse_iso("2026-11-23T07:30:00Z");

ctl::log_request request(std::map<std::string, std::string, std::less<>> values,
                         std::map<std::string, bool, std::less<>> flags = {})
{
    return ctl::log_request_of({{}, std::move(flags), std::move(values)}, now);
}

std::string refusal(std::map<std::string, std::string, std::less<>> values,
                    std::map<std::string, bool, std::less<>> flags = {})
{
    try {
        request(std::move(values), std::move(flags));
    } catch (ctl::failure const& f) {
        CHECK(f.code == ctl::exit_usage);
        return f.message;
    }
    return "";
}

std::string selected(ctl::log_request const& wanted)
{
    std::string text;
    ctl::log_selection selection(wanted, [&](core::log_record const& r) { text += r.bytes + ' '; });
    for (int i = 0; i < 30; ++i)
        selection.add(
            {0, now - 30min + std::chrono::minutes(i), "web.1", std::to_string(i), false});
    selection.end();
    return text;
}

} // namespace

TEST_CASE("the past is 300 lines, or all since a time, or as many as asked for", "[log_request]")
{
    CHECK(request({}).most == 300);
    CHECK_FALSE(request({}).asks_for_past);
    CHECK_FALSE(request({{"--since", "10m"}}).most);
    CHECK(request({{"--until", "10m"}}).most == 300);
    CHECK(request({{"--since", "10m"}, {"--lines", "5"}}).most == 5);
    CHECK_FALSE(request({{"--lines", "-1"}}).most);
    CHECK(request({{"--lines", "-1"}}).asks_for_past);
    CHECK(request({{"--since", "1h30m"}}).since == now - 90min);
    CHECK(request({{"--until", "2026-11-22T09:00:00+02:00"}}).until == now - 24h - 30min);
}

TEST_CASE("lines are counted after they were selected", "[log_request]")
{
    CHECK(selected(request({{"--lines", "3"}})) == "27 28 29 ");
    CHECK(selected(request({{"--lines", "2"}, {"--grep", "1$"}})) == "11 21 ");
    CHECK(selected(request({{"--lines", "0"}})).empty());
    CHECK(selected(request({{"--since", "3m"}})) == "27 28 29 ");
    CHECK(selected(request({{"--since", "12m"}, {"--until", "10m"}})) == "18 19 20 ");
    CHECK(selected(request({{"--until", "20m"}, {"--lines", "2"}})) == "9 10 ");
}

TEST_CASE("procd is asked for what it remembers", "[log_request]")
{
    CHECK(ctl::logs_target(request({{"--lines", "7"}})) == "/v1/logs?files=true&lines=7");
    CHECK(ctl::logs_target(request({{"--lines", "7"}, {"--grep", "x"}}, {{"--follow", true}})) ==
          "/v1/logs?files=true&lines=1000000&follow=true");
    auto named = request({{"--since", "10m"}});
    named.names = {"web.1", "worker", "system"};
    CHECK(ctl::logs_target(named) == "/v1/logs?files=true&lines=1000000"
                                     "&since=2026-11-23T07%3A20%3A00.000Z"
                                     "&process=web.1&type=worker&process=system");
}

TEST_CASE("bad words are refused with the forms that are right", "[log_request]")
{
    CHECK(refusal({{"--since", "yesterday"}}).find("e.g. 10m") != std::string::npos);
    CHECK(refusal({{"--until", ""}}).find("--until") == 0);
    CHECK(refusal({{"--lines", "-2"}}).find("-1 means all") != std::string::npos);
    CHECK(refusal({{"--lines", "3x"}}).find("'3x'") == 0);
    CHECK(refusal({{"--grep", "("}}).find("--grep") == 0);
    CHECK(refusal({{"--since", "1h"}, {"--until", "2h"}}).find("later") != std::string::npos);
    CHECK_FALSE(refusal({{"--until", "2h"}}, {{"--follow", true}}).empty());
}
