#include "supervisor/process/command_output.hpp"

#include "supervisor/loop/adopt.hpp"

#include <array>
#include <utility>

namespace procd::process {

namespace {

constexpr std::size_t one_read = 32 << 10;

} // namespace

os::error_code command_output::open(boost::asio::io_context& io, os::unique_fd fd,
                                    core::frame_type type, os::output_from from)
{
    type_ = type;
    from_ = from;
    return loop::adopt(fd_, io.get_executor(), fd);
}

void command_output::watch(std::function<void()> changed)
{
    if (!fd_ || waiting_ || ready_)
        return;
    waiting_ = true;
    fd_->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this, changed = std::move(changed)](boost::system::error_code error) {
                        waiting_ = false;
                        ready_ = !error;
                        changed();
                    });
}

std::string command_output::read()
{
    std::array<char, one_read> room;
    ready_ = false;
    auto const got = os::read_output(fd_->native_handle(), from_, room);
    if (got.next == os::output_read::then::ended)
        fd_.reset();
    else if (got.next == os::output_read::then::more)
        ready_ = true;
    std::string frame;
    if (got.bytes > 0)
        core::append_frame(frame, type_, {room.data(), got.bytes});
    return frame;
}

} // namespace procd::process
