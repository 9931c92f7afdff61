#include "supervisor/os/relay.hpp"

#include <atomic>
#include <csignal>
#include <poll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

namespace os {
namespace {

std::atomic<int> last_signal{0};
std::atomic<bool> window_changed{false};

void note(int number)
{
    if (number == SIGWINCH)
        window_changed = true;
    else
        last_signal = number;
}

constexpr int watched[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT};

} // namespace

struct relay::saved {
    sigset_t mask{};
    struct sigaction actions[std::size(watched)]{};
};

relay::relay(int socket) : socket_(socket), before_(std::make_unique<saved>())
{
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int const number : watched)
        sigaddset(&blocked, number);
    ::sigprocmask(SIG_BLOCK, &blocked, &before_->mask);
    struct sigaction action {};
    action.sa_handler = note;
    for (std::size_t i = 0; i < std::size(watched); ++i)
        ::sigaction(watched[i], &action, &before_->actions[i]);
}

relay::~relay()
{
    for (std::size_t i = 0; i < std::size(watched); ++i)
        ::sigaction(watched[i], &before_->actions[i], nullptr);
    ::sigprocmask(SIG_SETMASK, &before_->mask, nullptr);
}

relay_events relay::wait(relay_events const& wanted) const
{
    pollfd fds[2] = {};
    fds[0].fd = wanted.input ? STDIN_FILENO : -1;
    fds[0].events = POLLIN;
    fds[1].fd = socket_;
    fds[1].events = static_cast<short>((wanted.arrived ? POLLIN : 0) | (wanted.room ? POLLOUT : 0));
    sigset_t open = before_->mask;
    for (int const number : watched)
        sigdelset(&open, number);
    relay_events seen;
    int const found = ::ppoll(fds, 2, nullptr, &open);
    seen.resized = window_changed.exchange(false);
    seen.signal = last_signal.exchange(0);
    if (found <= 0)
        return seen;
    seen.input = fds[0].revents != 0;
    seen.arrived = (fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    seen.room = (fds[1].revents & POLLOUT) != 0;
    return seen;
}

result<std::size_t> read_stdin(std::span<char> room)
{
    for (;;) {
        ssize_t const got = ::read(STDIN_FILENO, room.data(), room.size());
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return last_error();
    }
}

result<void> write_fd(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        ssize_t const wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(wrote));
        } else if (errno == EAGAIN) { // another process made the shared descriptor non-blocking
            pollfd room{fd, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return last_error();
        }
    }
    return {};
}

result<std::size_t> send_some(int socket, std::string_view bytes)
{
    ssize_t const sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0)
        return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EINTR)
        return std::size_t{0};
    return last_error();
}

struct raw_terminal::saved {
    termios mode{};
};

raw_terminal::raw_terminal()
{
    auto before = std::make_unique<saved>();
    if (::tcgetattr(STDIN_FILENO, &before->mode) != 0)
        return;
    termios raw = before->mode;
    ::cfmakeraw(&raw);
    if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0)
        before_ = std::move(before);
}

raw_terminal::~raw_terminal()
{
    if (before_)
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_->mode);
}

} // namespace os
