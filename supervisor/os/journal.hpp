// Tells whether what procd writes goes to systemd's journal.
#pragma once

#include <optional>
#include <string>

namespace os {

// Tells whether the descriptor is the stream that JOURNAL_STREAM names ("8:12345": device and
// inode). The variable alone says little, because a descriptor may have been redirected since.
bool is_journal(int fd, std::optional<std::string> const& journal_stream);
// The same with this process's own environment.
bool is_journal(int fd);

} // namespace os
