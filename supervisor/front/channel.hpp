// One end of the pair between procd and its router, on the event loop. Messages that the socket has
// no room for wait here, in their order.
#pragma once

#include "supervisor/os/message_socket.hpp"
#include "supervisor/os/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace procd::front {

class channel {
public:
    // `received` gets each message with its descriptors. `ended` is called once: the other end is
    // closed, or has sent what no message is. Neither is called from inside a function of this
    // class, nor after its destructor.
    using received = std::function<void(std::string const& bytes, std::vector<os::unique_fd>)>;
    channel(boost::asio::io_context& io, received take, std::function<void()> ended);
    ~channel();
    channel(channel const&) = delete;
    channel& operator=(channel const&) = delete;

    // Takes the end. The error says why the event loop cannot wait for it.
    boost::system::error_code open(os::message_socket end);
    // A message that has to wait keeps copies of its descriptors. The error says why the message is
    // not sent at all (EMSGSIZE: it is too large).
    os::result<void> send(std::string bytes, std::vector<int> const& descriptors = {});

private:
    struct waiting {
        std::string bytes;
        std::vector<os::unique_fd> descriptors;
    };
    enum class passed { on, not_yet };
    os::result<passed> pass_on(std::string const& bytes, std::vector<int> const& descriptors);
    void wait_to_read();
    void readable();
    void flush();
    void wait_to_write();
    void end();

    os::message_socket socket_;
    boost::asio::posix::stream_descriptor ready_; // the same socket, for the event loop
    received take_;
    std::function<void()> ended_;
    std::deque<waiting> line_;
    bool is_writing_ = false;
    std::shared_ptr<int> alive_; // handlers that outlive the channel see that it is gone
};

} // namespace procd::front
