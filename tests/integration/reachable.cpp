// Programs for another user, who may not be let into the directory that they were built in.
#include "tests/fixtures/catch.hpp"
#include "tests/integration/app_under_test.hpp"

#include <filesystem>
#include <grp.h>
#include <memory>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test {

namespace {

namespace fs = std::filesystem;

constexpr char const* programs[] = {PROCCTL, PROCD, PUPPET};

bool nobody_can_run(char const* program)
{
    int const pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        bool const other =
            ::setgroups(0, nullptr) == 0 && ::setgid(nobody) == 0 && ::setuid(nobody) == 0;
        ::_exit(other && ::access(program, X_OK) == 0 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status == 0;
}

// Copies that everybody can run, made once; null where there is no need for them.
tests::temp_dir const* copies()
{
    static auto const made = [] {
        std::unique_ptr<tests::temp_dir> place;
        if (::geteuid() == 0 && !(nobody_can_run(PROCD) && nobody_can_run(PUPPET))) {
            place = std::make_unique<tests::temp_dir>();
            ::chmod(place->path().c_str(), 0755);
            for (auto const* program : programs)
                fs::copy_file(program, fs::path(place->path()) / fs::path(program).filename());
        }
        return place;
    }();
    return made.get();
}

} // namespace

std::string for_nobody(std::string text)
{
    auto const* const place = copies();
    for (auto const* program : programs) {
        if (!place)
            break;
        auto const copy = *place / fs::path(program).filename().string();
        for (std::size_t at = 0; (at = text.find(program, at)) != text.npos; at += copy.size())
            text.replace(at, std::string_view(program).size(), copy);
    }
    return text;
}

} // namespace test
