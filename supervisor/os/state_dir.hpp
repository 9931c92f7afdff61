// The directory in which procd keeps its lock, its socket, its state and its logs.
#pragma once

#include "supervisor/os/unique_fd.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <functional>
#include <string>

namespace os {

// The reason why the directory cannot be used. The message is a sentence for the user that ends
// with the remedy.
struct state_dir_error {
    std::string message;
    bool locked = false;          // another procd holds the lock
    int holder = 0;               // the pid of that procd, if it is known
    bool root_unwritable = false; // procd may not make or change the directory where it should be
};
// Lets result::value() throw the error as std::runtime_error.
[[noreturn]] void throw_exception_from_error(state_dir_error const& e,
                                             boost::source_location const& where);

template <class T>
using state_dir_result = boost::system::result<T, state_dir_error>;

// An open state directory. It belongs to procd's user, has mode 0700 and is not reached through a
// link, because in a cloned or shared directory somebody else may have planted one. Everything in
// it is to be opened relative to fd().
class state_dir {
public:
    // Opens ROOT/.procd. If it does not exist, it is made, with a .gitignore that holds `*`.
    static state_dir_result<state_dir> open_in(std::string const& root);
    // Opens a directory that the service manager made ($STATE_DIRECTORY). It has to belong to
    // procd's user, but links to it are followed, and its mode is changed to 0700.
    static state_dir_result<state_dir> open_given(std::string const& path);

    // Opens PARENT/NAME, for a root that cannot be written. Both are made if they do not exist, and
    // have to belong to procd's user. Nobody else may write in PARENT, and NAME has mode 0700.
    static state_dir_result<state_dir> open_apart(std::string const& parent,
                                                  std::string const& name);

    // The number of the descriptor never changes.
    int fd() const { return fd_.get(); }
    std::string const& path() const { return path_; } // absolute if the argument was

    // Takes the lock and writes procd's pid into it. If another procd has the lock, this fails at
    // once, and the error has that procd's pid. The lock is held as long as this object lives. A
    // forked process that does not exec has to close its copy of the descriptor, because it would
    // hold the lock too.
    state_dir_result<void> lock();
    // Writes the pid into the lock again, after a fork whose child goes on as the daemon.
    void write_pid();

    // Tells whether path() still leads to this directory, and its lock is the one that is held.
    bool in_place() const;
    // Makes the directory and its lock again after somebody has removed or moved them, and goes on
    // in the new one. If that fails, everything stays as it is.
    state_dir_result<void> make_again();

private:
    using opener = std::function<state_dir_result<state_dir>()>;

    unique_fd fd_, lock_;
    std::string path_;
    opener open_again_;
};

} // namespace os
