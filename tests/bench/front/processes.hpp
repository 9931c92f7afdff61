// The processes that the front port's bench starts, and their figures in /proc.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

// A program that runs until the object ends: TERM, and KILL after a while.
class child {
public:
    // Its stdout and stderr are appended to the file `out`.
    child(std::vector<std::string> const& argv, std::string const& out);
    child(child&& other) noexcept;
    child& operator=(child&&) = delete;
    ~child();
    pid_t pid() const { return pid_; }

private:
    pid_t pid_;
};

// Where a program is; empty: it is not installed.
std::string installed(std::string const& name);
// The output of a command that ends by itself.
std::string output_of(std::string const& command);

// The process and all that descends from it.
std::vector<pid_t> family(pid_t of);
// The one of its children that has this word in its command line; 0: there is none.
pid_t child_with(pid_t parent, std::string const& word);
// The CPU time that these processes have used, in microseconds.
double cpu_us(std::vector<pid_t> const& pids);
// Their proportional share of the memory, in KiB.
double pss_kib(std::vector<pid_t> const& pids);

// The first of `count` ports in a row that are free, below those that the kernel gives to clients.
int free_ports(int count);

} // namespace bench
