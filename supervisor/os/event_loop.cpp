#include "supervisor/os/event_loop.hpp"

#include <filesystem>
#include <fstream>
#include <string>

namespace os {

namespace {

// The kernel lists each watched descriptor of an epoll instance in a line of its own.
std::size_t watched_by(std::string const& fd)
{
    std::ifstream info("/proc/self/fdinfo/" + fd);
    std::size_t count = 0;
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("tfd:"))
            ++count;
    return count;
}

} // namespace

result<std::size_t> epoll_registrations()
{
    namespace fs = std::filesystem;
    std::error_code error;
    std::size_t count = 0;
    for (auto at = fs::directory_iterator("/proc/self/fd", error); !error && at != end(at);
         at.increment(error)) {
        std::error_code gone; // the descriptor of this listing is closed at its end
        if (fs::read_symlink(at->path(), gone) == "anon_inode:[eventpoll]")
            count += watched_by(at->path().filename().string());
    }
    if (error)
        return error_of(error.value());
    return count;
}

} // namespace os
