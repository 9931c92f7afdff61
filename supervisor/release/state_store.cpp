// How a file reaches the disk:
// 1. save() and forget_release() put the new content, or the wish to remove the file, into the
//    queue (core/write_queue), which knows the order of the files, and what is on the disk.
// 2. begin() has hand_over() give all that waits to the worker thread, one batch at a time. Each
//    file is written atomically. The worker stops at the first file that it cannot write, so that
//    the disk never has a state that names a release which is not there.
// 3. The worker posts back how far it came. done() gives the rest back to the queue, which says
//    when to try again, reports the first failure, and tells everybody who waits.
// The thread touches only the contents that it was given. The work guard keeps the event loop alive
// until a batch is done, and the destructor joins the thread.
#include "supervisor/release/state_store.hpp"

#include "supervisor/os/atomic_file.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <charconv>
#include <exception>
#include <set>
#include <string_view>
#include <utility>

namespace procd::release {

namespace asio = boost::asio;
namespace json = boost::json;
using kind = core::write_queue::kind;

namespace {

constexpr char const* state_file = "state.json";
constexpr std::size_t largest_file = 64 << 20;

std::string release_file(int number)
{
    return "release-" + std::to_string(number) + ".json";
}

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
    state_store::damaged files;
};

// The next write replaces the state, so the one with the bad values is kept under another name.
void note_bad_values(source const& from, std::vector<std::string> const& bad,
                     std::vector<std::string>& notes)
{
    if (bad.empty())
        return;
    for (auto const& note : bad)
        notes.push_back(std::string(state_file) + ": " + note);
    if (from.files == state_store::damaged::left_in_place)
        return;
    auto const aside = os::keep_aside(from.dir_fd, state_file);
    notes.push_back(
        std::string(state_file) + " as it was " +
        (aside ? "is kept as " + *aside : "could not be kept aside: " + aside.error().message()));
}

void set_aside(source const& from, std::string const& name, std::string const& why,
               std::vector<std::string>& notes)
{
    if (from.files == state_store::damaged::left_in_place)
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

state_store::state_store(asio::io_context& io, int dir_fd, std::function<void()> changed,
                         report tell)
    : io_(io), dir_fd_(dir_fd), changed_(std::move(changed)), tell_(std::move(tell)), retry_(io)
{
}

state_store::~state_store()
{
    if (worker_)
        worker_->join();
}

state_store::kept state_store::load(int dir_fd, damaged files)
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

void state_store::sweep(int dir_fd)
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

void state_store::save(core::kept_state const& state)
{
    want({state_file, kind::state, json::serialize(core::to_json(state)) + '\n'});
}

void state_store::save(core::release const& release)
{
    want({release_file(release.number), kind::release,
          json::serialize(core::to_json(release)) + '\n'});
}

void state_store::forget_release(int number)
{
    want({release_file(number), kind::release, std::nullopt});
}

void state_store::want(core::write_queue::file file)
{
    queue_.want(std::move(file));
    go_on();
}

// Begins the next attempt when it is due, or waits until it is.
void state_store::go_on()
{
    auto const due = queue_.due();
    if (!due)
        return;
    if (*due <= std::chrono::steady_clock::now())
        return begin();
    if (finishing_)
        return;
    retry_.expires_at(*due);
    retry_.async_wait([this](boost::system::error_code error) {
        if (!error)
            go_on();
    });
}

// Without memory or a thread the batch is as one of which nothing was written.
void state_store::begin()
{
    retry_.cancel();
    try {
        hand_over();
    } catch (std::exception const& error) {
        done({0, error.what()});
    }
}

void state_store::hand_over()
{
    if (!worker_)
        worker_.emplace(1);
    work_.emplace(io_.get_executor());
    auto job = [this, fd = dir_fd_, files = queue_.take(), &io = io_,
                alive = std::weak_ptr(alive_)] {
        auto made = write_all(fd, files);
        asio::post(io, [this, alive, made = std::move(made)] {
            if (!alive.expired())
                done(made);
        });
    };
    asio::post(*worker_, std::move(job));
}

state_store::attempt state_store::write_all(int dir_fd,
                                            std::vector<core::write_queue::file> const& files)
{
    attempt made;
    try {
        for (auto const& file : files) {
            auto const written = file.content
                                     ? os::write_file_atomically(dir_fd, file.name, *file.content)
                                     : os::remove_file(dir_fd, file.name);
            if (!written) {
                made.failure = file.name + ": " + written.error().message();
                break;
            }
            ++made.written;
        }
    } catch (std::exception const& error) { // no memory; nobody could catch it in the thread
        made.failure = error.what();
    }
    return made;
}

void state_store::done(attempt const& made)
{
    queue_.over(made.written, made.failure, std::chrono::steady_clock::now());
    work_.reset();
    tell_of(made.failure);
    go_on();
    changed_();
}

void state_store::tell_of(std::string const& failure)
{
    bool const failed = !failure.empty(), before = std::exchange(failing_, failed);
    if (failed && finishing_)
        tell_(news::failed,
              "the state could not be written (" + failure + "); the next start has an older one");
    else if (failed && !before)
        tell_(news::failed, "the state cannot be written (" + failure +
                                "); it is tried again, and lost if procd ends before that");
    else if (!failed && before)
        tell_(news::mended, "the state is written again");
}

void state_store::finish()
{
    finishing_ = true;
    retry_.cancel();
    if (queue_.due())
        begin();
}

bool state_store::over() const
{
    return !work_ && (finishing_ || !queue_.due());
}

} // namespace procd::release
