// Many processes of one app: what procd does for all of them costs one look at the machine.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <unistd.h>

using namespace test;

namespace {

// How many reads procd has asked the kernel for; -1 where it does not count them.
long reads_of(int pid)
{
    auto const text = read_file("/proc/" + std::to_string(pid) + "/io");
    auto const at = text.find("syscr: ");
    return at == std::string::npos ? -1 : std::stol(text.substr(at + 7));
}

long processes_on_the_machine()
{
    auto const all = std::filesystem::directory_iterator("/proc");
    return std::count_if(begin(all), end(all), [](auto const& entry) {
        return std::isdigit(static_cast<unsigned char>(entry.path().filename().string()[0]));
    });
}

} // namespace

TEST_CASE("a listing of many processes looks at the machine once, not once for each", "[many]")
{
    constexpr int count = 40;
    app_under_test app("web: exec sleep 60\n", {.options = {"-m", "web=" + std::to_string(count)},
                                                .ordinary_user = ::geteuid() == 0});
    REQUIRE(eventually([&] { return count_of(app.output(), "started with pid") == count; }));
    auto const before = reads_of(app.pid());
    REQUIRE(before >= 0);
    REQUIRE(app.states().size() == count);
    auto const reads = reads_of(app.pid()) - before;
    auto const others = processes_on_the_machine();
    INFO(reads << " reads with " << others << " processes on the machine");
    CHECK(reads < 3 * others);
}
