// procd's side of the terminal of a process. The terminal controls no process (os/leaderless.hpp
// says why), so procd does what the kernel's driver does for a controlling terminal.
#pragma once

#include "supervisor/os/launch.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <utility>
#include <vector>

namespace procd::process {

class process_terminal {
public:
    // `master` belongs to the reader of the output, which outlives this object. `group` is the
    // group of the process.
    process_terminal(int master, os::unique_fd slave, int group)
        : master_(master), slave_(std::move(slave)), group_(group)
    {
    }

    // Sets the size, and tells the process of it.
    void resize(os::window_size size);
    // Tells whether these processes seem to wait for a key or a line: the terminal's line editing
    // or echo is off, or one of them is in read(2) on the terminal.
    bool waits_for_input(std::vector<int> const& pids) const;
    // The output ends from now on once no process has the terminal open. Until then it does not,
    // because a process that sends its output elsewhere must not lose its terminal.
    void let_end() { slave_.reset(); }

private:
    int master_;
    os::unique_fd slave_;
    int group_;
};

} // namespace procd::process
