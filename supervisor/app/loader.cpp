#include "supervisor/app/loader.hpp"

#include "procfile/formation.hpp"
#include "procfile/port.hpp"
#include "supervisor/app/load_files.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/port_owner.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <stdexcept>

namespace procd::app {

namespace {

using boost::system::result;

constexpr std::size_t longest_name = 63;

bool word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool valid_app_name(std::string const& name)
{
    return !name.empty() && name.size() <= longest_name && word_character(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return word_character(c) || c == '_' || c == '.' || c == '-';
           });
}

// The root directory's name, other characters as '-'.
std::string name_of_root(std::string const& root)
{
    auto name = std::filesystem::path(root).filename().string().substr(0, longest_name);
    for (char& c : name)
        if (!word_character(c) && c != '_' && c != '.')
            c = '-';
    auto const start = std::find_if(name.begin(), name.end(), word_character);
    name.erase(name.begin(), start);
    return name.empty() ? "app" : name;
}

result<void, load_error> choose_name(options const& given, application& what)
{
    what.name = given.app                 ? *given.app
                : what.spec.settings.name ? *what.spec.settings.name
                                          : name_of_root(what.root);
    if (!valid_app_name(what.name))
        return load_error{"'" + what.name +
                              "' is no name for an app: letters, digits, '_', '.' "
                              "and '-', at most 63, beginning with a letter or digit",
                          given.app.has_value()};
    return {};
}

std::optional<int> parse_port(std::string const& text)
{
    int number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > 65535)
        return std::nullopt;
    return number;
}

// The first of 5000, 6000, … whose ports for the wanted processes are all free.
int free_base(application const& what)
{
    for (int base = 5000; base < 65000; base += 1000) {
        procfile::port_plan plan(base, what.spec.port_order());
        bool taken = false;
        for (auto const& [type, count] : what.counts)
            for (int n = 1; n <= std::max(count, 1) && !taken; ++n)
                if (auto const port = plan.port(type, n))
                    taken = os::port_taken(*port);
        if (!taken)
            return base;
    }
    return 5000;
}

result<void, load_error> choose_port(options const& given, loaded& seen)
{
    auto& what = seen.app;
    if (given.port == "auto") {
        what.base_port = free_base(what);
        seen.notes.push_back("base port " + std::to_string(what.base_port) + " (--port auto)");
        return {};
    }
    std::optional<std::string> text = given.port;
    std::string from = "--port";
    for (auto a = what.spec.env.rbegin(); !text && a != what.spec.env.rend(); ++a) {
        if (a->key == "PORT") {
            text = a->value;
            from = "PORT of the env file";
        }
    }
    if (!text && what.own_environment.contains("PORT")) {
        text = what.own_environment["PORT"];
        from = "$PORT";
    }
    if (!text) {
        what.base_port = what.spec.settings.port.value_or(5000);
        return {};
    }
    auto const number = parse_port(*text);
    if (!number)
        return load_error{from + ": '" + *text + "' is no port; use 1 to 65535" +
                              (given.port ? " or 'auto'" : ""),
                          given.port.has_value()};
    what.base_port = *number;
    return {};
}

load_error formation_problem(std::string const& option, procfile::formation_error const& e)
{
    return {option + ": " + e.message, true};
}

result<void, load_error> check_types(std::vector<std::string> const& names, application const& what)
{
    auto const known = what.spec.type_names();
    for (auto const& name : names) {
        if (what.spec.find(name))
            continue;
        auto message = "no process type '" + name + '\'';
        if (auto const near = procfile::closest(name, known))
            message += " (did you mean '" + *near + "'?)";
        return load_error{message, true};
    }
    return {};
}

// A command line outlives types that it names.
void forget_unknown(options& given, application const& what)
{
    for (auto* names : {&given.words, &given.except})
        std::erase_if(*names, [&](auto const& name) { return !what.spec.find(name); });
}

// -m; else `count` of procd.toml; else the verb's default. Types given as words run alone; -x takes
// types away.
result<void, load_error> choose_counts(options given, loaded& seen, verb how, bool again)
{
    auto& what = seen.app;
    if (again)
        forget_unknown(given, what);
    for (auto const* names : {&given.words, &given.except})
        if (auto const known = check_types(*names, what); !known)
            return known.error();
    for (auto const& type : what.spec.types) {
        auto const& defaults = defaults_of(how);
        int const fallback = type.name == "web" ? defaults.web_count : defaults.other_count;
        what.counts[type.name] = type.settings.count.value_or(fallback);
    }
    if (given.formation) {
        auto changes = procfile::parse_formation(*given.formation);
        if (!changes)
            return formation_problem("--formation", changes.error());
        if (again)
            std::erase_if(*changes, [&](procfile::change const& c) {
                return c.type != "all" && !what.spec.find(c.type);
            });
        auto const names = what.spec.type_names();
        auto const counts = procfile::resolve(*changes, names, 0);
        if (!counts)
            return formation_problem("--formation", counts.error());
        what.counts = *counts;
    }
    for (auto& [type, count] : what.counts) {
        bool const named =
            std::find(given.words.begin(), given.words.end(), type) != given.words.end();
        bool const except =
            std::find(given.except.begin(), given.except.end(), type) != given.except.end();
        if (except || (!given.words.empty() && !named))
            count = 0;
        else if (named && !given.formation)
            count = std::max(count, 1);
    }
    if (!given.formation)
        return {};
    std::string off;
    for (auto const& type : what.spec.types)
        if (what.counts[type.name] == 0)
            off += (off.empty() ? "" : ", ") + type.name;
    if (!off.empty())
        seen.notes.push_back("off: " + off);
    return {};
}

void keep_texts(procfile::app_files const& files, loaded& seen)
{
    for (auto const* file :
         {&files.procfile, &files.dockerfile, &files.package_json, &files.config})
        if (*file)
            seen.texts[(*file)->name] = (*file)->content;
    for (auto const& file : files.env_files)
        seen.texts[file.name] = file.content;
}

} // namespace

result<void, load_error> find_users(application& what)
{
    for (auto const& type : what.spec.types) {
        if (!type.settings.user || what.users.contains(*type.settings.user))
            continue;
        auto found = os::find_user(*type.settings.user);
        if (!found)
            return load_error{"[types." + type.name + "] user: no user '" + *type.settings.user +
                              "' on this machine"};
        if (os::effective_uid() != 0 && found->uid != os::effective_uid())
            return load_error{"[types." + type.name + "] user: running as '" + *type.settings.user +
                              "' needs procd to be started as root"};
        what.users[*type.settings.user] = std::move(*found);
    }
    return {};
}

void throw_exception_from_error(load_error const& e, boost::source_location const&)
{
    throw std::runtime_error(e.message);
}

result<loaded, load_error> load(options const& given, verb how, bool again)
{
    auto found = find_files(given);
    if (!found)
        return found.error();
    loaded seen;
    keep_texts(found->files, seen);
    auto merged = procfile::merge(found->files);
    seen.files = std::move(found->files);
    seen.sources = std::move(found->sources);
    seen.diagnostics = std::move(merged.diagnostics);
    auto& what = seen.app;
    what.spec = std::move(merged.spec);
    what.root = found->root;
    what.started_as = how;
    what.own_environment = os::current_environment();
    what.restart =
        given.restart ? *procfile::parse_restart_policy(*given.restart) : defaults_of(how).restart;
    if (given.timeout)
        what.stop_timeout = std::chrono::milliseconds(static_cast<long>(*given.timeout * 1000));
    what.exit_on = given.exit_on == "any"       ? core::exit_on::any
                   : given.exit_on == "failure" ? core::exit_on::failure
                                                : core::exit_on::never;
    if (procfile::has_error(seen.diagnostics))
        return seen;
    for (auto const& step : {choose_name(given, what), choose_counts(given, seen, how, again),
                             choose_port(given, seen), find_users(what)})
        if (!step)
            return step.error();
    return seen;
}

std::string render(loaded const& seen, bool with_notes)
{
    std::string text;
    for (auto const& finding : seen.diagnostics) {
        if (finding.level == procfile::severity::note && !with_notes)
            continue;
        auto const source = seen.texts.find(finding.file);
        text += procfile::render(finding, source == seen.texts.end() ? "" : source->second);
    }
    return text;
}

} // namespace procd::app
