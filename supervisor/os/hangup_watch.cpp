#include "supervisor/os/hangup_watch.hpp"

#include <array>
#include <sys/epoll.h>
#include <utility>

namespace os {

result<hangup_watch> hangup_watch::open()
{
    unique_fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll)
        return last_error();
    return hangup_watch(std::move(epoll));
}

result<void> hangup_watch::add(int socket, std::uint64_t id) const
{
    epoll_event wanted{};
    wanted.events = EPOLLRDHUP | EPOLLONESHOT;
    wanted.data.u64 = id;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &wanted) != 0)
        return last_error();
    return {};
}

void hangup_watch::remove(int socket) const
{
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket, nullptr);
}

std::vector<std::uint64_t> hangup_watch::take() const
{
    std::array<epoll_event, 64> room;
    int const count = ::epoll_wait(epoll_.get(), room.data(), static_cast<int>(room.size()), 0);
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < count; ++i)
        ids.push_back(room[static_cast<std::size_t>(i)].data.u64);
    return ids;
}

} // namespace os
