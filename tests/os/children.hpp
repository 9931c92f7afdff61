// Children for the tests of this room: started, read from, waited for; nothing may be left behind.
#pragma once

#include "supervisor/os/child.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/launch.hpp"
#include "tests/fixtures/catch.hpp"

#include <functional>
#include <string>
#include <vector>

// What a failed check prints; Boost's own operator asks for a printable value.
template <class T>
struct Catch::StringMaker<boost::system::result<T>> {
    static std::string convert(boost::system::result<T> const& result)
    {
        return result ? "a value" : "error: " + result.error().message();
    }
};
template <>
struct Catch::StringMaker<core::exit_status> {
    static std::string convert(core::exit_status const& status) { return core::describe(status); }
};
template <>
struct Catch::StringMaker<core::never_started> {
    static std::string convert(core::never_started const& why) { return core::describe(why); }
};
template <class T>
struct Catch::StringMaker<boost::system::result<T, core::never_started>> {
    static std::string convert(boost::system::result<T, core::never_started> const& result)
    {
        return result ? "a value" : core::describe(result.error());
    }
};

namespace test {

// A request for the puppet with these arguments, environment PATH and what is given.
os::launch_request puppet(std::vector<std::string> arguments,
                          std::vector<std::string> environment = {});

// Reads until the text holds `wanted` or the output is at its end (30 s at most); what was read.
std::string read_until(int fd, std::string const& wanted);
inline std::string read_all(int fd)
{
    return read_until(fd, std::string(1, '\0'));
}

// Waits for the report of the launch.
os::launch_status launched(os::child const& child);
// Waits for this child's end and reaps it.
core::exit_status end_of(int pid);
// Runs the puppet to its end: what it wrote.
std::string output_of(os::launch_request const& request);

// Looks again until it holds, 30 s at most.
bool eventually(std::function<bool()> const& holds);

// Whether a process is there and no zombie.
bool alive(int pid);

// Runs `body` in a child of its own, a subreaper, as the user of this process or as an ordinary one
// (nobody; needs root). Gives back what it returned, or how it ended instead.
enum class as { this_user, nobody };
std::string in_child(as whom, std::function<std::string()> const& body);

// Where nobody may run it too.
std::string puppet_for_all();

// At the end of its scope (and on demand) everything this process still has as children is killed
// and reaped; a test that left something has said so by then.
class clean_up {
public:
    clean_up();
    ~clean_up();
    // Reaps what has ended; true when no child at all is left.
    static bool nothing_left();
};

} // namespace test
