// The bytes on their way to the stdin of a command. They wait here while the command does not read,
// so that whoever brings them can go on with something else.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace procd::process {

class command_input : public std::enable_shared_from_this<command_input> {
public:
    // `changed` is called when bytes have been taken.
    command_input(boost::asio::io_context& io, std::function<void()> changed)
        : io_(io), changed_(std::move(changed))
    {
    }

    // Takes the descriptor: the end of a pipe, or a dup of a pty's master. Without one, all bytes
    // count as taken.
    os::error_code open(os::unique_fd fd);
    // Adds bytes. They are written at once, as far as the command reads.
    void add(std::string_view bytes);
    // Closes the descriptor once all bytes are written. Later bytes are dropped.
    void end();
    // Closes the descriptor now, and drops what waits.
    void close();

    // How many bytes wait for the command to read.
    std::size_t size() const { return writing_.size() + waiting_.size(); }
    // How many bytes the command has taken, or will never take, since the last call.
    std::uint32_t take_taken() { return std::exchange(taken_, 0); }

private:
    void write_next();
    void written(boost::system::error_code error, std::size_t size);

    boost::asio::io_context& io_;
    std::function<void()> changed_;
    std::optional<boost::asio::posix::stream_descriptor> fd_;
    std::string writing_; // unchanged while the descriptor reads from it
    std::string waiting_;
    std::uint32_t taken_ = 0;
    bool ended_ = false;
};

} // namespace procd::process
