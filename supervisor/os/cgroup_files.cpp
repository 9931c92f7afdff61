#include "supervisor/os/cgroup_files.hpp"

#include "supervisor/os/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace os::cgroup_files {

std::string read_file(std::string const& path)
{
    std::string text;
    unique_fd const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 4096> buffer;
    while (file) {
        ssize_t const got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        // The kernel fills the buffer but for a record that does not fit, so a short read is the
        // end.
        if (static_cast<std::size_t>(got) < buffer.size() / 2)
            break;
    }
    return text;
}

error_code write_file(std::string const& path, std::string_view text)
{
    unique_fd const file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file || ::write(file.get(), text.data(), text.size()) < 0)
        return last_error();
    return {};
}

std::uint64_t to_number(std::string_view text)
{
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<int> own_members(std::string const& path)
{
    std::vector<int> pids;
    std::string const text = read_file(path + "/cgroup.procs");
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        pids.push_back(static_cast<int>(to_number(rest.substr(0, end))));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return pids;
}

std::optional<std::uint64_t> number_of(std::string const& path, std::string_view key)
{
    std::string const text = read_file(path);
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        std::string_view const line = rest.substr(0, end);
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
            return to_number(line.substr(key.size() + 1));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return std::nullopt;
}

std::vector<std::string> subdirectories(std::string const& path)
{
    std::vector<std::string> paths;
    std::unique_ptr<DIR, int (*)(DIR*)> const dir{::opendir(path.c_str()), ::closedir};
    while (dirent const* entry = dir ? ::readdir(dir.get()) : nullptr)
        if (std::string_view const name = entry->d_name;
            entry->d_type == DT_DIR && name != "." && name != "..")
            paths.push_back(path + "/" + entry->d_name);
    return paths;
}

} // namespace os::cgroup_files
