#include "supervisor/ctl/previous.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

namespace {

std::string previous(std::vector<std::string> const& lines, std::optional<int> running,
                     core::author by = core::author::unknown)
{
    std::vector<core::log_record> records;
    for (auto const& line : lines) {
        core::log_record r;
        r.process = "web.1";
        r.bytes = line;
        r.by = by;
        records.push_back(r);
    }
    std::string all;
    for (auto const& r : ctl::previous_incarnation(records, running))
        all += r.bytes + ';';
    return all;
}

} // namespace

TEST_CASE("The incarnation before the present one is cut out of the lines")
{
    std::vector<std::string> const lines{"started with pid 1", "a", "exited with code 1",
                                         "started with pid 2", "b", "exited with code 2",
                                         "started with pid 3", "c"};
    CHECK(previous(lines, 3) == "started with pid 2;b;exited with code 2;");
    CHECK(previous(lines, std::nullopt) == "started with pid 3;c;");
    CHECK(previous({"started with pid 3", "c"}, 3).empty());
    CHECK(previous({"c"}, 3).empty());
    CHECK(previous({"tail", "exited with code 2", "started with pid 3"}, 3) ==
          "tail;exited with code 2;");
    CHECK(previous({"started with pid 2", "started with pid soon", "b", "started with pid 3"}, 3) ==
          "started with pid 2;started with pid soon;b;");
    CHECK(previous({}, std::nullopt).empty());
}

TEST_CASE("Only procd begins an incarnation, where the author of a line is known")
{
    std::vector<std::string> const lines{"started with pid 2", "b", "started with pid 3"};
    CHECK(previous(lines, 3, core::author::procd) == "started with pid 2;b;");
    CHECK(previous(lines, 3, core::author::unknown) == "started with pid 2;b;");
    CHECK(previous(lines, 3, core::author::process).empty());
}
