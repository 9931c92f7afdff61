#include "supervisor/ctl/views.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

core::api::release_view release(std::string name)
{
    core::api::release_view r;
    r.name = std::move(name);
    r.reason = "reload";
    r.created_at = *core::parse_iso("2026-11-23T07:30:00Z");
    return r;
}

} // namespace

TEST_CASE("A change names the fields of a type, or that the type is new")
{
    CHECK(ctl::changes_text({{"web", "changed", {"command", "env"}}, {"worker", "added", {}}}) ==
          "web: command, env\n"
          "worker: added\n");
}

TEST_CASE("The table of releases says which one runs and which one failed")
{
    auto current = release("v3"), failed = release("v2");
    current.current = true;
    failed.failed = true;
    CHECK(ctl::releases_text({current, failed, release("v1")}) ==
          "RELEASE    STATE      CREATED                   REASON\n"
          "v3         current    2026-11-23T07:30:00UTC    reload\n"
          "v2         failed     2026-11-23T07:30:00UTC    reload\n"
          "v1         -          2026-11-23T07:30:00UTC    reload\n");
}

TEST_CASE("A release's description lists its commands and changes")
{
    core::api::release_detail d;
    d.release = release("v2");
    d.release.changes = {{"web", "changed", {"env"}}};
    d.commands = {{"web", "bin/web"}};
    auto const text = ctl::describe_text(d);
    CHECK(text.find("Commands:\n    web:    bin/web\nChanges:\n    web: env\n") !=
          std::string::npos);
}
