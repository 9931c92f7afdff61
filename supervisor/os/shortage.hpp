// Errors that say something about this machine and this process, and nothing about the other side.
#pragma once

#include "supervisor/os/result.hpp"

namespace os {

// True when descriptors, memory, buffers or ports have run out.
inline bool is_shortage(error_code const& error)
{
    using enum boost::system::errc::errc_t;
    return error == too_many_files_open || error == too_many_files_open_in_system ||
           error == not_enough_memory || error == no_buffer_space || error == address_not_available;
}

} // namespace os
