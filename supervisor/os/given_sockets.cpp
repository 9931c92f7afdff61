#include "supervisor/os/given_sockets.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace os {

namespace {

constexpr int first_given = 3; // SD_LISTEN_FDS_START

// LISTEN_PIDFDID says more exactly whose the sockets are, and nobody knows it before the child
// exists. A program takes the sockets without it.
bool is_about_sockets(char const* entry)
{
    constexpr std::string_view names[] = {
        "LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", "LISTEN_PIDFDID="};
    return entry != nullptr &&
           std::any_of(std::begin(names), std::end(names), [entry](std::string_view name) {
               return std::strncmp(entry, name.data(), name.size()) == 0;
           });
}

} // namespace

result<void> given_sockets::take(std::vector<given_socket> const& sockets)
{
    if (sockets.empty())
        return {};
    descriptors_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        int fd = sockets[i].fd;
        if (fd < lowest_free()) {
            duplicates_.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, lowest_free()));
            fd = duplicates_.back().get();
            if (fd < 0)
                return last_error();
        }
        descriptors_[i] = fd;
        names_ += (i == 0 ? "LISTEN_FDNAMES=" : ":") + sockets[i].name;
    }
    count_ = "LISTEN_FDS=" + std::to_string(sockets.size());
    std::copy(pid_name.begin(), pid_name.end(), pid_.begin());
    return {};
}

int given_sockets::lowest_free() const
{
    return first_given + static_cast<int>(descriptors_.size());
}

std::vector<char const*> given_sockets::in(std::vector<char const*> environment) const
{
    if (descriptors_.empty())
        return environment;
    std::erase_if(environment, is_about_sockets);
    environment.insert(environment.end() - 1, {count_.c_str(), names_.c_str(), pid_.data()});
    return environment;
}

} // namespace os
