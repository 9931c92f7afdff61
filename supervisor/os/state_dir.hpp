// The directory procd keeps its lock, socket, state and logs in.
#pragma once

#include "supervisor/os/unique_fd.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <string>

namespace os {

// Why the directory cannot be used: a sentence for the user that ends with the remedy. `holder` is
// the pid of the procd that has it locked (0: not a matter of the lock, or not known).
struct state_dir_error {
    std::string message;
    bool locked = false;
    int holder = 0;
};
[[noreturn]] void throw_exception_from_error(state_dir_error const& e,
                                             boost::source_location const& where);

template <class T>
using state_dir_result = boost::system::result<T, state_dir_error>;

// An open state directory: ours, 0700, and not reached through a link, because a cloned or shared
// directory may hold a planted one. Everything in it is to be opened relative to fd().
class state_dir {
public:
    // Opens ROOT/.procd, making it (and its .gitignore holding `*`) if need be.
    static state_dir_result<state_dir> open_in(std::string const& root);
    // Opens a directory the service manager made ($STATE_DIRECTORY): it must be ours, but links to
    // it are followed and its mode is tightened to 0700.
    static state_dir_result<state_dir> open_given(std::string const& path);

    int fd() const { return fd_.get(); }
    std::string const& path() const { return path_; } // absolute when the argument was

    // Takes the lock for as long as this object lives (and any forked copy of its descriptors: a
    // helper that does not exec has to close them) and writes our pid into it. Refused at once when
    // another procd has it; the error carries that one's pid.
    state_dir_result<void> lock();
    // Writes our pid into the lock again: after a fork that goes on as the daemon.
    void write_pid();

private:
    unique_fd fd_, lock_;
    std::string path_;
};

} // namespace os
