// The steps from the command line to an app:
// 1. load_files finds the root and reads the files. Its texts are kept, so that findings can be
//    shown with their source lines.
// 2. procfile::merge makes the spec. When it finds an error, the steps below are left out.
// 3. The name: -a, else [app] name, else the name of the root directory.
// 4. The counts: -m, else `count` of a type, else the default of the verb. Types given as words run
//    alone, and -x takes types away.
// 5. The base port: -p, else PORT of the env files, else $PORT, else [app] port, else 5000.
// 6. The users that types run as are looked up.
// The first step that fails ends the loading, and its error is the answer.
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

// The name of the root directory, with '-' in the place of characters that a name cannot have.
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

result<void, load_error> choose_name(options const& given, application& app)
{
    app.name = given.app                ? *given.app
               : app.spec.settings.name ? *app.spec.settings.name
                                        : name_of_root(app.root);
    if (!valid_app_name(app.name))
        return load_error{"'" + app.name +
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
int free_base(application const& app)
{
    for (int base = 5000; base < 65000; base += 1000) {
        procfile::port_plan plan(base, app.spec.port_order());
        bool taken = false;
        for (auto const& [type, count] : app.counts)
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
    auto& app = seen.app;
    if (given.port == "auto") {
        app.base_port = free_base(app);
        seen.notes.push_back("base port " + std::to_string(app.base_port) + " (--port auto)");
        return {};
    }
    std::optional<std::string> text = given.port;
    std::string from = "--port";
    for (auto a = app.spec.env.rbegin(); !text && a != app.spec.env.rend(); ++a) {
        if (a->key == "PORT") {
            text = a->value;
            from = "PORT of the env file";
        }
    }
    if (!text && app.own_environment.contains("PORT")) {
        text = app.own_environment["PORT"];
        from = "$PORT";
    }
    if (!text) {
        app.base_port = app.spec.settings.port.value_or(5000);
        return {};
    }
    auto const number = parse_port(*text);
    if (!number)
        return load_error{from + ": '" + *text + "' is no port; use 1 to 65535" +
                              (given.port ? " or 'auto'" : ""),
                          given.port.has_value()};
    app.base_port = *number;
    return {};
}

load_error formation_problem(std::string const& option, procfile::formation_error const& e)
{
    return {option + ": " + e.message, true};
}

result<void, load_error> check_types(std::vector<std::string> const& names, application const& app)
{
    auto const known = app.spec.type_names();
    for (auto const& name : names) {
        if (app.spec.find(name))
            continue;
        auto message = "no process type '" + name + '\'';
        if (auto const near = procfile::closest(name, known))
            message += " (did you mean '" + *near + "'?)";
        return load_error{message, true};
    }
    return {};
}

// Removes the types from the command line that are gone: it may be older than the files.
void forget_unknown(options& given, application const& app)
{
    for (auto* names : {&given.words, &given.except})
        std::erase_if(*names, [&](auto const& name) { return !app.spec.find(name); });
}

// Takes the counts from -m, else from `count` of procd.toml, else from the verb. Types given as
// words run alone, and -x takes types away.
result<void, load_error> choose_counts(options given, loaded& seen, verb started_as, occasion when)
{
    auto& app = seen.app;
    if (when == occasion::reload)
        forget_unknown(given, app);
    for (auto const* names : {&given.words, &given.except})
        if (auto const known = check_types(*names, app); !known)
            return known.error();
    for (auto const& type : app.spec.types) {
        auto const& defaults = defaults_of(started_as);
        int const fallback = type.name == "web" ? defaults.web_count : defaults.other_count;
        app.counts[type.name] = type.settings.count.value_or(fallback);
    }
    if (given.formation) {
        auto changes = procfile::parse_formation(*given.formation);
        if (!changes)
            return formation_problem("--formation", changes.error());
        if (when == occasion::reload)
            std::erase_if(*changes, [&](procfile::change const& c) {
                return c.type != "all" && !app.spec.find(c.type);
            });
        auto const names = app.spec.type_names();
        auto const counts = procfile::resolve(*changes, names, 0);
        if (!counts)
            return formation_problem("--formation", counts.error());
        app.counts = *counts;
    }
    for (auto& [type, count] : app.counts) {
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
    for (auto const& type : app.spec.types)
        if (app.counts[type.name] == 0)
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

result<void, load_error> find_users(application& app)
{
    for (auto const& type : app.spec.types) {
        if (!type.settings.user || app.users.contains(*type.settings.user))
            continue;
        auto found = os::find_user(*type.settings.user);
        if (!found)
            return load_error{"[types." + type.name + "] user: no user '" + *type.settings.user +
                              "' on this machine"};
        if (os::effective_uid() != 0 && found->uid != os::effective_uid())
            return load_error{"[types." + type.name + "] user: running as '" + *type.settings.user +
                              "' needs procd to be started as root"};
        app.users[*type.settings.user] = std::move(*found);
    }
    return {};
}

void throw_exception_from_error(load_error const& e, boost::source_location const&)
{
    throw std::runtime_error(e.message);
}

result<loaded, load_error> load(options const& given, verb started_as, occasion when)
{
    auto found = find_files(given, when);
    if (!found)
        return found.error();
    loaded seen;
    keep_texts(found->files, seen);
    auto merged = procfile::merge(found->files);
    seen.files = std::move(found->files);
    seen.sources = std::move(found->sources);
    seen.diagnostics = std::move(merged.diagnostics);
    auto& app = seen.app;
    app.spec = std::move(merged.spec);
    app.root = found->root;
    app.started_as = started_as;
    app.own_environment = os::current_environment();
    app.restart = given.restart ? *procfile::parse_restart_policy(*given.restart)
                                : defaults_of(started_as).restart;
    if (given.timeout)
        app.stop_timeout = std::chrono::milliseconds(static_cast<long>(*given.timeout * 1000));
    app.exit_on = given.exit_on == "any"       ? core::exit_on::any
                  : given.exit_on == "failure" ? core::exit_on::failure
                                               : core::exit_on::never;
    if (procfile::has_error(seen.diagnostics))
        return seen;
    for (auto const& step : {choose_name(given, app), choose_counts(given, seen, started_as, when),
                             choose_port(given, seen), find_users(app)})
        if (!step)
            return step.error();
    return seen;
}

std::string render(loaded const& seen, notes shown)
{
    std::string text;
    for (auto const& finding : seen.diagnostics) {
        if (finding.level == procfile::severity::note && shown == notes::hidden)
            continue;
        auto const source = seen.texts.find(finding.file);
        text += procfile::render(finding, source == seen.texts.end() ? "" : source->second);
    }
    return text;
}

} // namespace procd::app
