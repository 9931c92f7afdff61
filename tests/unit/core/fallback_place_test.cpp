#include "supervisor/core/fallback_place.hpp"
#include "tests/fixtures/catch.hpp"

#include <set>

TEST_CASE("The fall-back directory is the user's own")
{
    CHECK(core::fallback_parent("/run/user/1000", 1000) == "/run/user/1000/procd");
    CHECK(core::fallback_parent("", 1000) == "/tmp/procd-1000");
}

TEST_CASE("Each root has a suffix of its own, which is always the same")
{
    std::set<std::string> seen;
    for (std::uint64_t device = 0; device < 20; ++device)
        for (std::uint64_t inode = 0; inode < 200; ++inode) {
            auto const suffix = core::fallback_suffix(device, inode);
            CHECK(suffix.size() == 17);
            CHECK(suffix == core::fallback_suffix(device, inode));
            seen.insert(suffix);
        }
    CHECK(seen.size() == 4000);
    CHECK(core::fallback_suffix(1, 23) != core::fallback_suffix(12, 3));
}
