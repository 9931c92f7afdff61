#include "supervisor/os/daemonize.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace os {

namespace {

unique_fd open_log(int directory_fd, std::string const& log)
{
    return unique_fd(::openat(directory_fd, log.c_str(),
                              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

} // namespace

result<background> background::start(int directory_fd, std::string const& log)
{
    auto const file = open_log(directory_fd, log);
    unique_fd const nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    int ends[2];
    if (!file || !nothing || ::pipe2(ends, O_CLOEXEC))
        return last_error();
    unique_fd from(ends[0]), to(ends[1]);
    background made;
    made.log_ = log;
    made.child_ = ::fork();
    if (made.child_ < 0)
        return last_error();
    if (made.is_parent()) {
        made.pipe_ = std::move(from);
        return made;
    }
    ::setsid();
    ::dup2(nothing.get(), 0);
    ::dup2(file.get(), 1);
    made.pipe_ = std::move(to);
    return made;
}

bool background::wait_ready()
{
    char word = 0;
    ssize_t n;
    do
        n = ::read(pipe_.get(), &word, 1);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

error_code background::reopen_log(int directory_fd) const
{
    auto const file = open_log(directory_fd, log_);
    if (!file || ::dup2(file.get(), 1) < 0 || ::dup2(file.get(), 2) < 0)
        return last_error();
    return {};
}

void background::ready()
{
    ::dup2(1, 2);
    char const word = 'r';
    while (::write(pipe_.get(), &word, 1) < 0 && errno == EINTR) {
    }
    pipe_.reset();
}

} // namespace os
