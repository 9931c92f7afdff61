#include "supervisor/os/journal.hpp"

#include <cstdlib>
#include <sys/stat.h>

namespace os {

bool is_journal(int fd, std::optional<std::string> const& journal_stream)
{
    struct stat seen {};
    if (!journal_stream || ::fstat(fd, &seen))
        return false;
    return *journal_stream == std::to_string(seen.st_dev) + ':' + std::to_string(seen.st_ino);
}

bool is_journal(int fd)
{
    auto const* const variable = std::getenv("JOURNAL_STREAM");
    return is_journal(fd, variable ? std::optional<std::string>(variable) : std::nullopt);
}

} // namespace os
