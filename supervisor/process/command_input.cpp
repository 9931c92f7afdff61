#include "supervisor/process/command_input.hpp"

#include "supervisor/loop/adopt.hpp"

#include <boost/asio/buffer.hpp>

#include <utility>

namespace procd::process {

os::error_code command_input::open(os::unique_fd fd)
{
    return loop::adopt(fd_, io_.get_executor(), fd);
}

void command_input::add(std::string_view bytes)
{
    if (!fd_ || ended_) {
        taken_ += static_cast<std::uint32_t>(bytes.size());
        return changed_();
    }
    waiting_ += bytes;
    if (writing_.empty())
        write_next();
}

void command_input::end()
{
    ended_ = true;
    if (writing_.empty())
        write_next();
}

void command_input::close()
{
    taken_ += static_cast<std::uint32_t>(size());
    fd_.reset();
    writing_.clear();
    waiting_.clear();
}

void command_input::write_next()
{
    if (writing_.empty())
        std::swap(writing_, waiting_);
    if (!fd_)
        return;
    if (!writing_.empty())
        fd_->async_write_some(
            boost::asio::buffer(writing_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                self->written(error, size);
            });
    else if (ended_)
        fd_.reset();
}

void command_input::written(boost::system::error_code error, std::size_t size)
{
    if (!fd_)
        return changed_(); // it was closed meanwhile
    taken_ += static_cast<std::uint32_t>(size);
    writing_.erase(0, size);
    if (error)
        close(); // the command has closed its stdin
    else
        write_next();
    changed_();
}

} // namespace procd::process
