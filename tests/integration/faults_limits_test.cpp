// What is wrong when procd shares a machine whose disk is full.
#include "tests/fixtures/skip.hpp"
#include "tests/fixtures/still_wrong.hpp"
#include "tests/integration/app_under_test.hpp"

#include <csignal>
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

TEST_CASE("what could not be kept for want of space is kept once there is some", "[fault]")
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
    auto const kept = [&] { return has(read_file(state), "\"worker\":{\"wanted\":3"); };
    REQUIRE_FALSE(kept());
    std::filesystem::remove(root + "/fill");
    bool const at_last = soon(kept);
    REQUIRE(app.ctl({"-s", socket, "scale", "web=2"}).code == 0);
    REQUIRE(eventually(kept)); // there was space again
    STILL_WRONG(at_last);
}
