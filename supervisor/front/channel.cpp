#include "supervisor/front/channel.hpp"

#include "supervisor/front/messages.hpp"

#include <cerrno>
#include <utility>

namespace procd::front {

using boost::asio::posix::stream_descriptor;
using boost::system::error_code;

channel::channel(boost::asio::io_context& io, received take, std::function<void()> ended)
    : ready_(io), take_(std::move(take)), ended_(std::move(ended)), alive_(std::make_shared<int>())
{
}

channel::~channel()
{
    if (socket_)
        ready_.release(); // the socket closes it
}

error_code channel::open(os::message_socket end)
{
    error_code refused;
    ready_.assign(end.get(), refused);
    if (refused)
        return refused;
    socket_ = std::move(end);
    wait_to_read();
    return refused;
}

void channel::wait_to_read()
{
    ready_.async_wait(stream_descriptor::wait_read,
                      [this, alive = std::weak_ptr(alive_)](error_code failed) {
                          if (!failed && !alive.expired())
                              readable();
                      });
}

// Everything that is there. A receiver may destroy the channel.
void channel::readable()
{
    std::weak_ptr const alive = alive_;
    while (!alive.expired()) {
        auto message = socket_.receive(longest_message);
        if (!message) {
            if (message.error() == os::error_of(EAGAIN))
                return wait_to_read();
            return end();
        }
        if (message->bytes.empty())
            return end();
        take_(message->bytes, std::move(message->fds));
    }
}

os::result<void> channel::send(std::string bytes, std::vector<int> const& descriptors)
{
    if (line_.empty()) {
        auto const sent = pass_on(bytes, descriptors);
        if (!sent)
            return sent.error();
        if (*sent == passed::on)
            return {};
    }
    waiting last{std::move(bytes), {}};
    for (int const fd : descriptors) {
        auto copy = os::duplicate(fd);
        if (!copy)
            return copy.error();
        last.descriptors.push_back(std::move(*copy));
    }
    line_.push_back(std::move(last));
    if (!is_writing_)
        wait_to_write();
    return {};
}

// An end that is closed is noticed by the reader.
os::result<channel::passed> channel::pass_on(std::string const& bytes,
                                             std::vector<int> const& descriptors)
{
    if (!socket_)
        return passed::on;
    auto const sent = socket_.send(bytes, descriptors);
    if (!sent && sent.error() == os::error_of(EAGAIN))
        return passed::not_yet;
    if (!sent && sent.error() != os::error_of(EPIPE))
        return sent.error();
    return passed::on;
}

// A message that was accepted and cannot be sent after all ends the channel: the messages behind it
// count on it.
void channel::flush()
{
    while (!line_.empty()) {
        std::vector<int> numbers;
        for (auto const& fd : line_.front().descriptors)
            numbers.push_back(fd.get());
        auto const sent = pass_on(line_.front().bytes, numbers);
        if (!sent)
            return end();
        if (*sent == passed::not_yet)
            return wait_to_write();
        line_.pop_front();
    }
}

void channel::wait_to_write()
{
    is_writing_ = true;
    ready_.async_wait(stream_descriptor::wait_write,
                      [this, alive = std::weak_ptr(alive_)](error_code failed) {
                          if (alive.expired())
                              return;
                          is_writing_ = false;
                          if (!failed)
                              flush();
                      });
}

void channel::end()
{
    ready_.release();
    socket_ = {};
    line_.clear();
    if (auto const told = std::exchange(ended_, nullptr))
        told();
}

} // namespace procd::front
