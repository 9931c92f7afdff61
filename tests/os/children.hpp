// Children for the tests of supervisor/os: starting them, reading their output, waiting for them,
// and cleaning up.
#pragma once

#include "supervisor/os/child.hpp"
#include "supervisor/os/containment.hpp"
#include "supervisor/os/launch.hpp"
#include "tests/fixtures/catch.hpp"

#include <functional>
#include <string>
#include <vector>

// Prints a result in a failed check. Boost's own operator needs a printable value.
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

// A request for the puppet with these arguments and with PATH and the given variables in its
// environment.
os::launch_request puppet(std::vector<std::string> arguments,
                          std::vector<std::string> environment = {});

// Reads until the text contains `wanted` or the output ends, for 30 s at most. Returns what was
// read.
std::string read_until(int fd, std::string const& wanted);
inline std::string read_all(int fd)
{
    return read_until(fd, std::string(1, '\0'));
}

// Waits for the result of the launch.
os::launch_status launched(os::child const& child);
// Waits until this child has ended, and reaps it.
core::exit_status end_of(int pid);
// Runs the puppet to its end and returns its output.
std::string output_of(os::launch_request const& request);

// Repeats a check until it is true, for 30 s at most.
bool eventually(std::function<bool()> const& holds);

// Tells whether a process exists and is not a zombie.
bool alive(int pid);

// Runs `body` in a child that is a subreaper, as the user of this process or as an ordinary user
// (nobody, which needs root). Returns the result of `body`, or how the child ended instead.
enum class as { this_user, nobody };
std::string in_child(as whom, std::function<std::string()> const& body);

// The path of a copy of the puppet that every user may execute.
std::string puppet_for_all();

// Kills and reaps all children of this process at the end of its scope and on demand. A test checks
// for left-over processes before that.
class clean_up {
public:
    clean_up();
    ~clean_up();
    // Reaps the children that have ended. True when there is no child at all any more.
    static bool nothing_left();
};

// A look at a tree, and its kill, each with a new reading of /proc.
inline std::vector<os::tree_member> members_of(os::tree_key const& key)
{
    os::process_table now;
    return os::tree_members(key, now);
}
inline std::vector<os::tree_member> kill_tree(os::tree_key const& key)
{
    os::process_table now;
    return os::kill_tree(key, now);
}

} // namespace test
