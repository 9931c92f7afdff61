// The kept state on a disk that is full.
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/skip.hpp"
#include "tests/integration/app_under_test.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace test;

namespace {

// Runs procd in a mount namespace of its own, with a tmpfs at `place`.
std::vector<std::string> on_own_tmpfs(std::string const& place, std::string const& mount_options)
{
    return {"unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o " + mount_options + " t " + place + " && cd " + place +
                " && cat ../Procfile > Procfile && exec \"$@\"",
            "sh"};
}

bool can_unshare()
{
    return ::geteuid() == 0 && run({"unshare", "-m", "true"}, "/").code == 0;
}

} // namespace

TEST_CASE("what could not be kept for want of space is kept once there is some", "[state]")
{
    if (!can_unshare()) {
        SKIPPED("needs root and mount namespaces");
        return;
    }
    tests::temp_dir outer;
    std::filesystem::create_directory(outer / "app");
    std::ofstream(outer / "Procfile") << "web: exec sleep 60\nworker: exec sleep 60\n";
    app_under_test app("", {.options = {"serve", "-t", "2"},
                            .wrapper = on_own_tmpfs(outer / "app", "size=256k,mode=755")});
    app.expect("started with pid");
    auto const root = "/proc/" + std::to_string(app.pid()) + "/root" + (outer / "app");
    auto const state = root + "/.procd/state.json";
    REQUIRE(eventually([&] { return has(read_file(state), "\"wanted\":"); }));
    {
        std::ofstream fill(root + "/fill");
        for (std::string const kib(1024, 'x'); fill << kib << std::flush;) {
        }
    }
    auto const socket = root + "/.procd/procd.sock";
    auto const scaled = app.ctl({"-s", socket, "scale", "worker=3"});
    INFO(scaled.out << scaled.err);
    CHECK(scaled.code == 1);
    CHECK(has(scaled.err, "it is not kept (state.json: No space left on device)"));
    auto const unwaited = app.ctl({"-s", socket, "scale", "web=2", "--no-wait"});
    CHECK(unwaited.code == 1);
    CHECK(has(unwaited.err, "it is not kept (state.json: No space left on device)"));
    CHECK(has(app.ctl({"-s", socket, "status"}).out, "No space left on device"));
    auto const kept = [&] {
        auto const text = read_file(state);
        return has(text, "\"worker\":{\"wanted\":3") && has(text, "\"web\":{\"wanted\":2");
    };
    REQUIRE_FALSE(kept());
    std::filesystem::remove(root + "/fill");
    REQUIRE(eventually(kept));
    app.expect("the state is written again");
    CHECK_FALSE(has(app.ctl({"-s", socket, "status"}).out, "No space left on device"));
}

TEST_CASE("the state names no release that the disk has no room for", "[state]")
{
    if (!can_unshare()) {
        SKIPPED("needs root and mount namespaces");
        return;
    }
    tests::temp_dir outer;
    std::filesystem::create_directory(outer / "app");
    std::ofstream(outer / "Procfile") << "web: echo $A; exec sleep 60\n";
    app_under_test app("", {.options = {"serve", "-t", "2"},
                            .wrapper = on_own_tmpfs(outer / "app", "size=256k,mode=755")});
    app.expect("started with pid");
    auto const root = "/proc/" + std::to_string(app.pid()) + "/root" + (outer / "app");
    REQUIRE(eventually([&] { return has(read_file(root + "/.procd/state.json"), "\"wanted\":"); }));
    {
        std::ofstream fill(root + "/fill");
        for (std::string const kib(1024, 'x'); fill << kib << std::flush;) {
        }
    }
    std::filesystem::resize_file(root + "/fill",
                                 std::filesystem::file_size(root + "/fill") - 12288);
    // There is room for a state, but not for this release.
    std::ofstream(root + "/.env") << "A=one\n";
    std::ofstream(root + "/.env", std::ios::app) << "B=" << std::string(6000, 'b') << '\n';
    auto const socket = root + "/.procd/procd.sock";
    auto const reloaded = app.ctl({"-s", socket, "reload"});
    INFO(reloaded.out << reloaded.err);
    CHECK(reloaded.code == 1);
    CHECK(has(reloaded.err, "v2 is up; the change is made, but it is not kept (release-2.json: "
                            "No space left on device)"));
    CHECK(has(read_file(root + "/.procd/state.json"), "\"release\":1"));
    std::filesystem::remove(root + "/fill");
    REQUIRE(eventually([&] {
        return has(read_file(root + "/.procd/state.json"), "\"release\":2") &&
               has(read_file(root + "/.procd/release-2.json"), "A=one");
    }));
}
