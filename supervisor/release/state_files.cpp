#include "supervisor/release/state_files.hpp"

#include "supervisor/os/atomic_file.hpp"

#include <boost/json/parse.hpp>

#include <cerrno>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

namespace procd::release::state_files {

namespace json = boost::json;

namespace {

constexpr std::size_t largest_file = 64 << 20;

// The number of the release that a file of this name holds.
std::optional<int> release_number(std::string_view name)
{
    constexpr std::string_view before = "release-", after = ".json";
    if (!name.starts_with(before) || !name.ends_with(after))
        return std::nullopt;
    int number = 0;
    std::from_chars(name.data() + before.size(), name.data() + name.size(), number);
    return number > 0 && release_file(number) == name ? std::optional(number) : std::nullopt;
}

std::set<int> releases_in(int dir_fd)
{
    std::set<int> numbers;
    if (auto const names = os::names_in(dir_fd))
        for (auto const& name : *names)
            if (auto const number = release_number(name))
                numbers.insert(*number);
    return numbers;
}

// A directory that is read, with the fate of the files in it that cannot be used.
struct source {
    int dir_fd;
    damaged files;
};

// The next write replaces the state, so the one with the bad values is kept under another name.
void note_bad_values(source const& from, std::vector<std::string> const& bad,
                     std::vector<std::string>& notes)
{
    if (bad.empty())
        return;
    for (auto const& note : bad)
        notes.push_back(std::string(state_file) + ": " + note);
    if (from.files == damaged::left_in_place)
        return;
    auto const aside = os::keep_aside(from.dir_fd, state_file);
    notes.push_back(
        std::string(state_file) + " as it was " +
        (aside ? "is kept as " + *aside : "could not be kept aside: " + aside.error().message()));
}

void set_aside(source const& from, std::string const& name, std::string const& why,
               std::vector<std::string>& notes)
{
    if (from.files == damaged::left_in_place)
        return;
    auto const moved = os::set_aside(from.dir_fd, name);
    notes.push_back(
        name + " cannot be used (" + why + "); " +
        (moved ? "it is kept as " + *moved : "it could not be moved: " + moved.error().message()));
}

// Reads one file as JSON. Nothing when there is no such file, or it was set aside.
std::optional<json::value> read_json(source const& from, std::string const& name,
                                     std::vector<std::string>& notes)
{
    auto const text = os::read_small_file(from.dir_fd, name, largest_file);
    if (!text) {
        if (text.error().value() != ENOENT)
            set_aside(from, name, text.error().message(), notes);
        return std::nullopt;
    }
    boost::system::error_code error;
    auto value = json::parse(*text, error);
    if (error) {
        set_aside(from, name, "it is torn or no JSON", notes);
        return std::nullopt;
    }
    return value;
}

std::optional<core::release> read_release(source const& from, int number,
                                          std::vector<std::string>& notes)
{
    auto const name = release_file(number);
    auto const text = read_json(from, name, notes);
    if (!text)
        return std::nullopt;
    auto release = core::release_from_json(*text);
    if (release && release->number == number)
        return std::move(*release);
    set_aside(from, name, release ? "it is another release" : release.error(), notes);
    return std::nullopt;
}

} // namespace

std::string release_file(int number)
{
    return "release-" + std::to_string(number) + ".json";
}

kept load(int dir_fd, damaged files)
{
    source const from{dir_fd, files};
    kept found;
    auto const value = read_json(from, state_file, found.notes);
    if (!value)
        return found;
    auto read = core::kept_state_from_json(*value);
    if (!read) {
        set_aside(from, state_file, read.error(), found.notes);
        return found;
    }
    note_bad_values(from, read->notes, found.notes);
    auto& state = read->state;
    auto const there = releases_in(dir_fd);
    std::set<int> numbers{state.release, state.read};
    for (int n = state.newest; n > 0 && n > state.newest - releases_kept; --n)
        numbers.insert(n);
    if (state.newest == 0 || state.release == 0)
        numbers.insert(there.begin(), there.end());
    numbers.erase(0);
    for (int const n : numbers)
        if (auto release = read_release(from, n, found.notes))
            found.releases.emplace(n, std::move(*release));
    std::set<int> usable;
    for (auto const& [n, release] : found.releases)
        if (!release.failed)
            usable.insert(n);
    core::repair_numbers(state, usable, there.empty() ? 0 : *there.rbegin());
    found.state = std::move(state);
    return found;
}

void sweep(int dir_fd)
{
    auto const names = os::names_in(dir_fd);
    if (!names)
        return;
    constexpr std::string_view unfinished = ".new";
    for (std::string const& name : *names) {
        if (!name.ends_with(unfinished))
            continue;
        auto const whole = name.substr(0, name.size() - unfinished.size());
        if (whole == state_file || release_number(whole))
            static_cast<void>(os::remove_file(dir_fd, name));
    }
}

} // namespace procd::release::state_files
