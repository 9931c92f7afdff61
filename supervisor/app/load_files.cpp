#include "supervisor/app/load_files.hpp"

#include "procfile/config.hpp"
#include "procfile/procfile.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

#include <cerrno>
#include <filesystem>

namespace procd::app {

namespace {

using text = procfile::app_files::text;
using boost::system::result;

constexpr std::size_t largest_file = 1 << 20, largest_sum = 8 << 20;

// The name of a file in messages, as the user would type it from the root.
std::string shown(std::string const& path, std::string const& root)
{
    auto const prefix = root + '/';
    return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

// A file that procd reads, with all that decides how it is read.
struct wanted {
    enum class named { by_command_line, by_default };
    std::string path, name;
    named by = named::by_default;
};

std::string kind_text(os::file_kind kind)
{
    switch (kind) {
    case os::file_kind::regular:
    case os::file_kind::null_device:
        break;
    case os::file_kind::directory:
        return "a directory";
    case os::file_kind::pipe:
        return "a pipe";
    case os::file_kind::socket:
        return "a socket";
    case os::file_kind::device:
        return "a device";
    }
    return "a file";
}

// Reads the files of one app, with a limit on their sum.
class files_reader {
public:
    explicit files_reader(occasion when) : when_(when) {}
    result<text, load_error> read(wanted const& file);
    // Nothing if there is no such file.
    result<std::optional<text>, load_error> read_if_there(wanted const& file);

private:
    result<std::string, load_error> content_of(wanted const& file, os::file_kind kind) const;

    occasion when_;
    std::size_t room_ = largest_sum;
};

// Device files that can be read to an end are terminals and /dev/stdin; all others reach the limit.
result<std::string, load_error> files_reader::content_of(wanted const& file,
                                                         os::file_kind kind) const
{
    using bytes = result<std::string, load_error>;
    auto const failed = [](std::string message) {
        return bytes(boost::system::in_place_error, load_error{std::move(message)});
    };
    bool const streams = kind == os::file_kind::pipe || kind == os::file_kind::device;
    bool const regular = kind == os::file_kind::regular || kind == os::file_kind::null_device;
    bool const named = file.by == wanted::named::by_command_line;
    if (!regular && named && streams && when_ == occasion::reload)
        return failed(file.name + " is " + kind_text(kind) +
                      ", which cannot be read again; start procd with a regular file");
    if (!regular && !(named && streams))
        return failed(file.name + " is " + kind_text(kind) + "; put a regular file in its place");
    auto content =
        regular ? os::read_file(file.path, largest_file) : os::read_to_end(file.path, largest_file);
    if (!content && content.error().value() == EFBIG)
        return failed(file.name + " is larger than 1 MiB, the most that procd reads");
    if (!content)
        return failed("cannot read " + file.name + ": " + content.error().message());
    return bytes(boost::system::in_place_value, std::move(*content));
}

result<text, load_error> files_reader::read(wanted const& file)
{
    auto const kind = os::kind_of(file.path);
    if (!kind)
        return load_error{"cannot read " + file.name + ": " + kind.error().message()};
    auto content = content_of(file, *kind);
    if (!content)
        return content.error();
    if (content->size() > room_)
        return load_error{"the files of the app have more than 8 MiB together, the most that procd "
                          "reads; " +
                          file.name + " is one too many"};
    room_ -= content->size();
    return text{file.name, std::move(*content)};
}

result<std::optional<text>, load_error> files_reader::read_if_there(wanted const& file)
{
    if (!os::exists(file.path))
        return std::optional<text>{};
    auto got = read(file);
    if (!got)
        return got.error();
    return std::optional<text>{std::move(*got)};
}

// `-f` holds the text of a Procfile when no such file exists and every line is an entry, blank or a
// comment.
bool is_procfile_text(std::string const& value)
{
    auto const parsed = procfile::parse(value, "-f");
    return !parsed.entries.empty() && parsed.skipped == 0;
}

bool holds_text(options const& given)
{
    return given.procfile && !os::exists(*given.procfile) && is_procfile_text(*given.procfile);
}

std::string parent_of(std::string const& path)
{
    auto const parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

result<home, load_error> find_root(options const& given, bool procfile_is_text)
{
    std::string named = ".";
    if (given.root)
        named = *given.root;
    else if (given.procfile && !procfile_is_text && !given.procfile->starts_with("/dev/"))
        named = parent_of(*given.procfile);
    auto place = find_home(named);
    if (!place)
        return load_error{"no such directory: " + named + " (" + place.error().message() + ')'};
    return std::move(*place);
}

std::string absolute(std::string const& path)
{
    return path.starts_with('/') ? path : os::current_directory() + '/' + path;
}

result<void, load_error> read_env_files(options const& given, files_reader& from,
                                        found_files& found)
{
    auto const by =
        given.env_files.empty() ? wanted::named::by_default : wanted::named::by_command_line;
    std::vector<std::string> paths = given.env_files;
    if (paths.empty()) {
        procfile::config settings;
        if (auto const& config = found.files.config)
            settings = procfile::parse_config(config->content, config->name).value;
        if (settings.env_files) {
            for (auto const& name : *settings.env_files)
                paths.push_back(name.starts_with('/') ? name : found.root + '/' + name);
        } else if (os::exists(found.root + "/.env")) {
            paths.push_back(found.root + "/.env");
        }
    }
    if (paths.empty())
        found.sources.push_back(found.root + "/.env");
    for (auto const& path : paths) {
        found.sources.push_back(absolute(path));
        auto got = from.read({path, shown(path, found.root), by});
        if (!got)
            return got.error();
        found.files.env_files.push_back(std::move(*got));
    }
    return {};
}

result<void, load_error> read_if_there(std::string const& name, files_reader& from,
                                       found_files& found, std::optional<text>& place)
{
    found.sources.push_back(found.root + '/' + name);
    auto got = from.read_if_there({found.sources.back(), name});
    if (!got)
        return got.error();
    place = std::move(*got);
    return {};
}

result<void, load_error> read_procfile(options const& given, bool is_text, files_reader& from,
                                       found_files& found)
{
    auto& files = found.files;
    if (is_text) {
        files.procfile = text{"-f", *given.procfile};
    } else if (given.procfile) {
        found.sources.push_back(absolute(*given.procfile));
        auto got = from.read(
            {*given.procfile, shown(*given.procfile, found.root), wanted::named::by_command_line});
        if (!got)
            return got.error();
        files.procfile = std::move(*got);
    } else if (auto const got = read_if_there("Procfile", from, found, files.procfile); !got) {
        return got.error();
    }
    if (files.procfile &&
        !procfile::only_release(procfile::parse(files.procfile->content, files.procfile->name)))
        return {}; // nothing is implied
    if (auto const got = read_if_there("Dockerfile", from, found, files.dockerfile); !got)
        return got.error();
    return read_if_there("package.json", from, found, files.package_json);
}

// The nearest directory above the root that has a Procfile, as seen from the root: "../..".
std::optional<std::string> procfile_above(std::string const& root)
{
    std::string shown;
    for (auto directory = root; directory != "/";) {
        directory = parent_of(directory);
        shown += shown.empty() ? ".." : "/..";
        if (os::exists((directory == "/" ? "" : directory) + "/Procfile"))
            return shown;
    }
    return std::nullopt;
}

result<void, load_error> read_config(options const& given, files_reader& from, found_files& found)
{
    if (given.config) {
        found.sources.push_back(absolute(*given.config));
        auto got = from.read(
            {*given.config, shown(*given.config, found.root), wanted::named::by_command_line});
        if (!got)
            return got.error();
        found.files.config = std::move(*got);
        return {};
    }
    return read_if_there("procd.toml", from, found, found.files.config);
}

} // namespace

result<home, load_error> find_place(options const& given)
{
    return find_root(given, holds_text(given));
}

result<found_files, load_error> find_files(options const& given, occasion when)
{
    bool const is_text = holds_text(given);
    auto root = find_root(given, is_text);
    if (!root)
        return root.error();
    found_files found;
    found.place = std::move(*root);
    found.root = found.place.root;
    files_reader from(when);
    if (auto const read_it = read_procfile(given, is_text, from, found); !read_it)
        return read_it.error();
    if (!found.files.procfile)
        found.procfile_above = procfile_above(found.root);
    if (auto const config = read_config(given, from, found); !config)
        return config.error();
    if (auto const env = read_env_files(given, from, found); !env)
        return env.error();
    return found;
}

} // namespace procd::app
