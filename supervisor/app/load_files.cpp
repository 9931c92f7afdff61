#include "supervisor/app/load_files.hpp"

#include "procfile/config.hpp"
#include "procfile/procfile.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

#include <filesystem>

namespace procd::app {

namespace {

using text = procfile::app_files::text;
using boost::system::result;

// The name of a file in messages, as the user would type it from the root.
std::string shown(std::string const& path, std::string const& root)
{
    auto const prefix = root + '/';
    return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

result<text, load_error> read(std::string const& path, std::string const& name)
{
    auto content = os::read_file(path);
    if (!content)
        return load_error{"cannot read " + name + ": " + content.error().message()};
    return text{name, std::move(*content)};
}

result<std::optional<text>, load_error> read_if_there(std::string const& root,
                                                      std::string const& name)
{
    auto const path = root + '/' + name;
    if (!os::exists(path))
        return std::optional<text>{};
    auto got = read(path, name);
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

result<void, load_error> read_env_files(options const& given, found_files& found)
{
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
        auto got = read(path, shown(path, found.root));
        if (!got)
            return got.error();
        found.files.env_files.push_back(std::move(*got));
    }
    return {};
}

result<void, load_error> read_if_there(std::string const& name, found_files& found,
                                       std::optional<text>& place)
{
    found.sources.push_back(found.root + '/' + name);
    auto got = read_if_there(found.root, name);
    if (!got)
        return got.error();
    place = std::move(*got);
    return {};
}

result<void, load_error> read_procfile(options const& given, bool is_text, found_files& found)
{
    auto& files = found.files;
    if (is_text) {
        files.procfile = text{"-f", *given.procfile};
    } else if (given.procfile) {
        found.sources.push_back(absolute(*given.procfile));
        auto got = read(*given.procfile, shown(*given.procfile, found.root));
        if (!got)
            return got.error();
        files.procfile = std::move(*got);
    } else if (auto const got = read_if_there("Procfile", found, files.procfile); !got) {
        return got.error();
    }
    if (files.procfile &&
        !procfile::only_release(procfile::parse(files.procfile->content, files.procfile->name)))
        return {}; // nothing is implied
    if (auto const got = read_if_there("Dockerfile", found, files.dockerfile); !got)
        return got.error();
    return read_if_there("package.json", found, files.package_json);
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

} // namespace

result<found_files, load_error> find_files(options const& given)
{
    bool const is_text =
        given.procfile && !os::exists(*given.procfile) && is_procfile_text(*given.procfile);
    auto root = find_root(given, is_text);
    if (!root)
        return root.error();
    found_files found;
    found.place = std::move(*root);
    found.root = found.place.root;
    if (auto const read_it = read_procfile(given, is_text, found); !read_it)
        return read_it.error();
    if (!found.files.procfile)
        found.procfile_above = procfile_above(found.root);
    found.sources.push_back(given.config ? absolute(*given.config) : found.root + "/procd.toml");
    auto config = given.config ? [&]() -> result<std::optional<text>, load_error> {
        auto got = read(*given.config, shown(*given.config, found.root));
        if (!got)
            return got.error();
        return std::optional<text>{std::move(*got)};
    }()
        : read_if_there(found.root, "procd.toml");
    if (!config)
        return config.error();
    found.files.config = std::move(*config);
    if (auto const env = read_env_files(given, found); !env)
        return env.error();
    return found;
}

} // namespace procd::app
