#include "supervisor/core/release.hpp"
#include "tests/fixtures/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace core;
using namespace std::chrono_literals;
using procfile::probe_kind;
using procfile::type_change;

namespace {

procfile::app_files files(std::string const& procfile, std::string const& config = "",
                          std::string const& env = "")
{
    procfile::app_files f;
    f.procfile = {"Procfile", procfile};
    if (!config.empty())
        f.config = {"procd.toml", config};
    if (!env.empty())
        f.env_files.push_back({".env", env});
    return f;
}

procfile::probe_settings tcp(int failure)
{
    procfile::probe_settings p;
    p.failure = failure;
    return p;
}

std::vector<std::string> described(procfile::app_files const& a, procfile::app_files const& b)
{
    std::vector<std::string> all;
    for (auto const& c : difference(content(a, {}).spec, "/srv", content(b, {}).spec, "/srv"))
        all.push_back(describe(c));
    return all;
}

} // namespace

TEST_CASE("release names", "[release]")
{
    CHECK(release_name(12) == "v12");
    CHECK(parse_release_name("v12") == 12);
    for (auto const* bad : {"", "v", "12", "v0", "v01", "v-1", "v1x", "V1", "v99999999999"})
        CHECK(!parse_release_name(bad));
}

TEST_CASE("what was set by command replaces what the files say", "[release]")
{
    auto const f = files("web: a\n", "[types.web]\ncpu = 0.5\nlimits = { cpu = 2, memory = \"1G\", "
                                     "open_files = 99 }\nreadiness = { tcp = true }\n");
    overrides set;
    set["web"].limits = limits_override{std::nullopt, 1.0, std::nullopt};
    set["web"].probes[probe_kind::readiness] = std::nullopt;
    set["web"].probes[probe_kind::liveness] = tcp(7);
    set["gone"].limits = limits_override{};
    auto const made = content(f, set).spec.types.at(0).settings;
    CHECK(!made.cpu);
    CHECK(made.limits.cpu == 1.0);
    CHECK(!made.limits.memory);
    CHECK(made.limits.open_files == 99u);
    CHECK(!made.readiness);
    CHECK(made.liveness == tcp(7));
}

TEST_CASE("of file and command the last change wins, for each setting by itself", "[release]")
{
    auto const spec = [](std::string const& toml) {
        return procfile::merge(files("web: a\n", toml)).spec;
    };
    auto const before = spec("[types.web]\ncpu = 0.5\nreadiness = { tcp = true }\n");
    overrides set;
    set["web"].limits = limits_override{1.0, std::nullopt, std::nullopt};
    set["web"].probes[probe_kind::readiness] = tcp(9);
    set["web"].probes[probe_kind::liveness] = std::nullopt;
    CHECK(surviving(set, before, before) == set);

    auto const kept =
        surviving(set, before,
                  spec("[types.web]\ncpu = 0.75\nreadiness = { tcp = true }\nmax_restarts = 3\n"));
    CHECK(!kept.at("web").limits);
    CHECK(kept.at("web").probes.size() == 2);

    auto const changed = surviving(set, before, spec("[types.web]\ncpu = 0.5\n"));
    CHECK(changed.at("web").limits);
    CHECK(changed.at("web").probes.size() == 1);
    CHECK(surviving(set, before, procfile::merge(files("job: a\n")).spec).empty());
}

TEST_CASE("a change says what changed, never to what", "[release]")
{
    auto const a = files("web: a\nworker: b\n", "", "SECRET=one\n");
    CHECK(described(a, a).empty());
    CHECK(described(a, files("web: a\nworker: b\n", "", "SECRET=two\n")) ==
          std::vector<std::string>{"web: env", "worker: env"});
    CHECK(described(a,
                    files("web: c\njob: d\n", "[types.web]\nmax_restarts = 2\n", "SECRET=one\n")) ==
          std::vector<std::string>{"web: command, max_restarts", "job: added", "worker: removed"});
}

TEST_CASE("another root changes every type", "[release]")
{
    auto const a = content(files("web: a\nworker: b\n"), {}).spec;
    auto const b = content(files("web: a\nworker: c\nnew: d\n"), {}).spec;
    CHECK(difference(a, "/r/1", a, "/r/2") ==
          std::vector<type_change>{{type_change::kind::changed, "web", {"root"}},
                                   {type_change::kind::changed, "worker", {"root"}}});
    auto const changes = difference(a, "/r/1", b, "/r/2");
    REQUIRE(changes.size() == 3);
    CHECK(describe(changes[0]) == "worker: root, command");
    CHECK(describe(changes[1]) == "new: added");
    CHECK(describe(changes[2]) == "web: root");
}

TEST_CASE("counts and rules replace no process", "[release]")
{
    auto const changed = [](std::vector<std::string> fields) {
        return needs_restart({type_change::kind::changed, "web", std::move(fields)});
    };
    CHECK(!changed({"count", "autoscale", "watch", "rollout", "after"}));
    CHECK(!changed({"listen", "protocol", "share", "concurrency", "queue", "queue_timeout", "hold",
                    "drain", "hosts"}));
    CHECK(changed({"listen", "listen_fds"}));
    CHECK(changed({"count", "env"}));
    CHECK(changed({"root"}));
    CHECK(!needs_restart({type_change::kind::added, "web", {}}));
    CHECK(!needs_restart({type_change::kind::removed, "web", {}}));
    CHECK(!needs_restart({type_change::kind::changed, "[logs]", {"max_size"}}));
    CHECK(!makes_release({type_change::kind::changed, "[autoscale]", {"window"}}));
    CHECK(!makes_release({type_change::kind::changed, "[front]", {"user"}}));
}

TEST_CASE("a release comes back from the disk as it was", "[release]")
{
    release r;
    r.number = 7;
    r.created = wall_time(1'795'419'000s);
    r.reason = "reload";
    r.root = "/srv/\xff";
    r.files = files("web: a\n", "[app]\nname = \"x\"\n", "K=\xfe\n");
    r.files.dockerfile = {"Dockerfile", "CMD x"};
    r.set["web"].limits = limits_override{0.5, std::nullopt, std::uint64_t{1} << 40};
    r.set["web"].probes[probe_kind::startup] = std::nullopt;
    auto http = tcp(4);
    http.action = procfile::probe_action::http;
    http.path = "/geo/";
    http.port = 8000;
    http.headers.emplace_back("X-Probe", "a\xf0");
    http.initial_delay = 120s;
    r.set["web"].probes[probe_kind::readiness] = http;
    r.changes = {{type_change::kind::changed, "web", {"env"}},
                 {type_change::kind::added, "job", {}}};
    r.failed = true;
    auto const back = release_from_json(boost::json::parse(boost::json::serialize(to_json(r))));
    REQUIRE(back.has_value());
    CHECK(back->number == 7);
    CHECK(back->created == r.created);
    CHECK(back->reason == r.reason);
    CHECK(back->root == r.root);
    CHECK(back->failed);
    CHECK(back->set == r.set);
    CHECK(back->changes == r.changes);
    CHECK(back->files.procfile->content == "web: a\n");
    CHECK(back->files.config->name == "procd.toml");
    CHECK(back->files.dockerfile->content == "CMD x");
    CHECK(!back->files.package_json);
    CHECK(back->files.env_files.at(0).content == "K=\xfe\n");
}

TEST_CASE("what is no release is refused", "[release]")
{
    for (auto const* text :
         {"null", "[]", "{}", R"({"number":0})", R"({"number":1,"created":"yesterday"})"})
        CHECK(!release_from_json(boost::json::parse(text)).has_value());
}
