// A descriptor with one owner, which closes it.
#pragma once

#include "supervisor/os/result.hpp"

#include <utility>

namespace os {

class unique_fd;
// Another descriptor of the same open file, close-on-exec.
result<unique_fd> duplicate(int fd);

class unique_fd {
public:
    unique_fd() = default;
    explicit unique_fd(int fd) : fd_(fd) {}
    unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    unique_fd& operator=(unique_fd&& other) noexcept
    {
        if (this != &other)
            reset(std::exchange(other.fd_, -1));
        return *this;
    }
    unique_fd(unique_fd const&) = delete;
    unique_fd& operator=(unique_fd const&) = delete;
    ~unique_fd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    result<unique_fd> duplicate() const;
    // Closes the present descriptor and takes `fd`. An error of close() is ignored, because the
    // descriptor is closed all the same.
    void reset(int fd = -1);

private:
    int fd_ = -1;
};

} // namespace os
