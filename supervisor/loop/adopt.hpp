// Gives a descriptor to an Asio object. The event loop may have no room for it (EMFILE, ENOMEM,
// ENOSPC), which is an error of whoever the descriptor belongs to, and not of procd.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/system/error_code.hpp>

#include <optional>

namespace procd::loop {

// `owned` is a unique descriptor with get() and release(). It keeps the descriptor on an error.
template <class Owned>
boost::system::error_code adopt(boost::asio::posix::stream_descriptor& into, Owned& owned)
{
    boost::system::error_code refused;
    into.assign(owned.get(), refused);
    if (!refused)
        owned.release();
    return refused;
}

// The same for a descriptor that is made and destroyed with what it reads. On an error there is
// none.
template <class Owned>
boost::system::error_code adopt(std::optional<boost::asio::posix::stream_descriptor>& into,
                                boost::asio::any_io_executor const& executor, Owned& owned)
{
    into.emplace(executor);
    auto const refused = adopt(*into, owned);
    if (refused)
        into.reset();
    return refused;
}

// The same for a connected Unix socket.
template <class Owned>
boost::system::error_code adopt(boost::asio::local::stream_protocol::socket& into, Owned& owned)
{
    boost::system::error_code refused;
    into.assign(boost::asio::local::stream_protocol(), owned.get(), refused);
    if (!refused)
        owned.release();
    return refused;
}

} // namespace procd::loop
