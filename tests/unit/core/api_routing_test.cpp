#include "supervisor/core/api.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace core::api;
namespace json = boost::json;

namespace {

routing_view web()
{
    routing_view v;
    v.type = "web";
    v.listen = {"127.0.0.1:8080", "unix:/run/web.sock"};
    v.state = "paused";
    v.paused = true;
    v.ready = 2;
    v.wanted = 3;
    v.in_flight = 1;
    v.queued = 4;
    v.requests_per_second = 12.5;
    v.p50_ms = 3;
    v.p95_ms = 40.25;
    v.problems = {"cannot listen on unix:/run/web.sock: Permission denied"};
    return v;
}

template <class T>
T there_and_back(T const& value)
{
    auto read = from_json<T>(json::parse(json::serialize(to_json(value))));
    REQUIRE(read.has_value());
    return std::move(*read);
}

} // namespace

TEST_CASE("a front port comes back as it went, figures that are unknown are null", "[api]")
{
    CHECK((there_and_back(web()) == web()));
    CHECK((there_and_back(routing_view{}) == routing_view{}));
    auto const o = to_json(routing_view{}).as_object();
    for (auto const* name : {"in_flight", "queued", "requests_per_second", "p50_ms", "p95_ms"})
        CHECK(o.at(name).is_null());
    auto broken = to_json(web()).as_object();
    broken.erase("paused");
    CHECK(from_json<routing_view>(broken).error() ==
          "field 'paused' is missing or not what was expected");
}

TEST_CASE("descriptions and the status have the front port only where there is one", "[api]")
{
    type_detail type;
    CHECK(to_json(type).at("routing").is_null());
    type.routing = web();
    CHECK((there_and_back(type) == type));
    process_detail process;
    CHECK_FALSE(to_json(process).as_object().contains("routing"));
    process.routing = web();
    CHECK((there_and_back(process) == process));
    status_view status;
    CHECK_FALSE(to_json(status).as_object().contains("router"));
    status.router = router_view{"restarting", 17, {"[::1]:8080"}, {"the router: exited"}};
    CHECK((there_and_back(status) == status));
    status.router->pid.reset();
    CHECK((there_and_back(status) == status));
}
