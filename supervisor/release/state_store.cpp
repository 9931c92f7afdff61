// How a file reaches the disk:
// 1. save() and forget_release() put the new content, or the wish to remove the file, into
//    waiting_, under the name of the file. A newer content replaces an older one. Each call raises
//    the ticket asked_.
// 2. begin() hands all that waits to the worker thread, one batch at a time. Each file is written
//    atomically, in the order of the names, so that releases are there before the state.
// 3. The worker posts the result back to the event loop. done() raises written_ to the ticket of
//    the batch, reports the first failure, begins the next batch if contents wait, and tells
//    everybody who waits for durable().
// The thread touches only the contents that it was given. The work guard keeps the event loop alive
// until the last batch is done, and the destructor joins the thread.
#include "supervisor/release/state_store.hpp"

#include "supervisor/os/atomic_file.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <set>
#include <utility>

namespace procd::release {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr char const* state_file = "state.json";
constexpr std::size_t largest_file = 16 << 20;

std::string release_file(int number)
{
    return "release-" + std::to_string(number) + ".json";
}

void set_aside(int dir_fd, std::string const& name, std::string const& why,
               std::vector<std::string>& notes)
{
    auto const moved = os::set_aside(dir_fd, name);
    notes.push_back(
        name + " cannot be used (" + why + "); " +
        (moved ? "it is kept as " + *moved : "it could not be moved: " + moved.error().message()));
}

// Reads one file as JSON. Nothing when there is no such file, or it was set aside.
std::optional<json::value> read_json(int dir_fd, std::string const& name,
                                     std::vector<std::string>& notes)
{
    auto const text = os::read_small_file(dir_fd, name, largest_file);
    if (!text) {
        if (text.error().value() != ENOENT)
            set_aside(dir_fd, name, text.error().message(), notes);
        return std::nullopt;
    }
    boost::system::error_code error;
    auto value = json::parse(*text, error);
    if (error) {
        set_aside(dir_fd, name, "it is torn or no JSON", notes);
        return std::nullopt;
    }
    return value;
}

std::string write_all(int dir_fd, std::map<std::string, std::optional<std::string>> const& contents)
{
    std::string failure;
    for (auto const& [name, content] : contents) {
        auto const written = content ? os::write_file_atomically(dir_fd, name, *content)
                                     : os::remove_file(dir_fd, name);
        if (!written)
            failure = name + ": " + written.error().message();
    }
    return failure;
}

} // namespace

state_store::state_store(asio::io_context& io, int dir_fd, std::function<void()> changed,
                         std::function<void(std::string_view)> complain)
    : io_(io), dir_fd_(dir_fd), changed_(std::move(changed)), complain_(std::move(complain))
{
}

state_store::~state_store()
{
    if (worker_)
        worker_->join();
}

state_store::kept state_store::load(int dir_fd)
{
    kept found;
    auto const value = read_json(dir_fd, state_file, found.notes);
    if (!value)
        return found;
    auto state = core::kept_state_from_json(*value);
    if (!state) {
        set_aside(dir_fd, state_file, state.error(), found.notes);
        return found;
    }
    std::set<int> numbers{state->release, state->read};
    for (int n = state->newest; n > 0 && n > state->newest - releases_kept; --n)
        numbers.insert(n);
    for (int const n : numbers) {
        auto const name = release_file(n);
        auto const text = read_json(dir_fd, name, found.notes);
        if (!text)
            continue;
        auto release = core::release_from_json(*text);
        if (release && release->number == n)
            found.releases.emplace(n, std::move(*release));
        else
            set_aside(dir_fd, name, release ? "it is another release" : release.error(),
                      found.notes);
    }
    found.state = std::move(*state);
    return found;
}

void state_store::save(core::kept_state const& state)
{
    want(state_file, json::serialize(core::to_json(state)) + '\n');
}

void state_store::save(core::release const& release)
{
    want(release_file(release.number), json::serialize(core::to_json(release)) + '\n');
}

void state_store::forget_release(int number)
{
    want(release_file(number), std::nullopt);
}

void state_store::want(std::string name, std::optional<std::string> content)
{
    waiting_[std::move(name)] = std::move(content);
    ++asked_;
    if (!work_)
        begin();
}

// Hands the waiting contents to the worker. The names sort so that the releases are written before
// the state that names them.
void state_store::begin()
{
    if (!worker_)
        worker_.emplace(1);
    work_.emplace(io_.get_executor());
    auto job = [this, fd = dir_fd_, ticket = asked_, contents = std::exchange(waiting_, {}),
                &io = io_, alive = std::weak_ptr(alive_)] {
        auto failure = write_all(fd, contents);
        asio::post(io, [this, alive, ticket, failure = std::move(failure)] {
            if (!alive.expired())
                done(ticket, failure);
        });
    };
    asio::post(*worker_, std::move(job));
}

void state_store::done(std::uint64_t ticket, std::string const& failure)
{
    written_ = ticket;
    if (failure.empty())
        failing_ = false;
    else if (!std::exchange(failing_, true))
        complain_("what is to be kept cannot be written (" + failure +
                  "); it is lost if procd ends now");
    work_.reset();
    if (!waiting_.empty())
        begin();
    changed_();
}

} // namespace procd::release
