// An app with a `web` behind a front port, and a client of it.
#pragma once

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/http_client.hpp"
#include "tests/integration/app_under_test.hpp"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace test {

inline auto const probe =
    "readiness = { tcp = true, period = \"50ms\" }\nrollout = { surge = 1 }\n";

// An app with a `web` behind a front port, and clients on this machine.
class fronted_app {
public:
    explicit fronted_app(std::string const& more = "", std::vector<std::string> options = {"serve"})
        : base_(free_ports()), front_(base_ + 300), setting_(setting_of(more, std::move(options))),
          app_("web: exec " PUPPET " web\n", setting_)
    {
    }

    app_under_test* operator->() { return &app_; }
    int port() const { return front_; }
    // The pid of the router; 0: none runs.
    int router() const
    {
        auto const text = app_.output();
        auto const at = text.rfind("router | started with pid ");
        return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + 26);
    }
    http_client::answer get(std::string const& path = "/") const { return get_once(front_, path); }
    // After it has ended, with the same options and the files as they are now.
    void start_again() { app_.start_again({.options = setting_.options, .files = {}}); }
    void wait_until_served()
    {
        INFO(app_.dump());
        REQUIRE(eventually([this] { return get().status == 200; }));
    }

private:
    setting setting_of(std::string const& more, std::vector<std::string> options) const
    {
        options.insert(options.end(), {"-p", std::to_string(base_)});
        return {.options = std::move(options),
                .files = {{"procd.toml", "[types.web]\nlisten = \"127.0.0.1:" +
                                             std::to_string(front_) + "\"\n" + probe + more}}};
    }

    int base_, front_;
    setting setting_;
    app_under_test app_;
};

} // namespace test
