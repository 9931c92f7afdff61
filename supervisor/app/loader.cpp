// The steps from the command line to an app:
// 1. load_files finds the root and reads the files. Its texts are kept, so that findings can be
//    shown with their source lines.
// 2. procfile::merge makes the spec. When it finds an error, the steps below are left out.
// 3. The name: -a, else [app] name, else the name of the root directory, or of the directory that
//    holds the link `current` by which the root was given.
// 4. choose_counts: how many processes of each type.
// 5. choose_fronts: the addresses of --listen.
// 6. choose_port: the base port.
// 7. check_fronts: no front port is inside a block of ports, and each rule by requests has one.
// 8. The users that types run as are looked up.
// The first step that fails ends the loading, and its error is the answer.
#include "supervisor/app/loader.hpp"

#include "supervisor/app/choose_counts.hpp"
#include "supervisor/app/choose_fronts.hpp"
#include "supervisor/app/choose_port.hpp"
#include "supervisor/app/load_files.hpp"
#include "supervisor/core/habits.hpp"
#include "supervisor/os/current.hpp"
#include "supervisor/os/file.hpp"

#include <algorithm>
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

// The name of the home directory, with '-' in the place of characters that a name cannot have.
std::string name_of_home(std::string const& home)
{
    auto name = std::filesystem::path(home).filename().string().substr(0, longest_name);
    for (char& c : name)
        if (!word_character(c) && c != '_' && c != '.')
            c = '-';
    auto const start = std::find_if(name.begin(), name.end(), word_character);
    name.erase(name.begin(), start);
    return name.empty() ? "app" : name;
}

result<void, load_error> choose_name(options const& given, application& app)
{
    app.own_name = app.spec.settings.name ? *app.spec.settings.name : name_of_home(app.home);
    app.name = given.app.value_or(app.own_name);
    if (!valid_app_name(app.name))
        return load_error{"'" + app.name +
                              "' is no name for an app: letters, digits, '_', '.' "
                              "and '-', at most 63, beginning with a letter or digit",
                          given.app.has_value()};
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

// Where no types could be read: a first word that is known from other tools gets its answer, and a
// Procfile in a directory above is named.
std::optional<load_error> explain_missing_types(options const& given, found_files const& found,
                                                loaded& seen)
{
    if (!seen.app.spec.types.empty())
        return std::nullopt;
    if (given.verb_is_implied && !given.words.empty())
        if (auto const help = core::habit_of_procd(given.words.front()); help && help->exact)
            return load_error{help->text, true};
    if (auto const& above = found.procfile_above)
        seen.diagnostics.push_back(
            {procfile::severity::error, "", 0, 0,
             *above + "/Procfile exists; procd -d " + *above + " runs its app"});
    return std::nullopt;
}

} // namespace

namespace {

// Looks up the user of the router. Only root can become another user; otherwise the router stays
// procd's own.
result<void, load_error> find_router_user(application& app)
{
    if (os::effective_uid() != 0 || !has_router(app.spec))
        return {};
    auto const name = app.spec.settings.front.user.value_or(usual_router_user);
    auto found = os::find_user(name);
    if (!found)
        return load_error{"[front] user: no user '" + name +
                          "' on this machine; name the one that the router shall run as"};
    app.users[name] = std::move(*found);
    return {};
}

} // namespace

result<void, load_error> find_users(application& app, users needed)
{
    auto const find = [&](std::string const& table,
                          procfile::type_settings const& settings) -> result<void, load_error> {
        if (!settings.user || app.users.contains(*settings.user))
            return {};
        auto found = os::find_user(*settings.user);
        if (!found)
            return load_error{'[' + table + "] user: no user '" + *settings.user +
                              "' on this machine"};
        if (os::effective_uid() != 0 && found->uid != os::effective_uid())
            return load_error{'[' + table + "] user: running as '" + *settings.user +
                              "' needs procd to be started as root"};
        app.users[*settings.user] = std::move(*found);
        return {};
    };
    for (auto const& type : app.spec.types)
        if (auto const known = find("types." + type.name, type.settings); !known)
            return known;
    auto const& phase = app.spec.release_phase; // `up` does not run it
    if (phase && (app.started_as == verb::serve || needed == users::of_one_off_too))
        if (auto const known = find("types." + phase->name, phase->settings); !known)
            return known;
    if (needed == users::of_one_off_too)
        return find("defaults", app.spec.settings.defaults);
    return find_router_user(app);
}

void throw_exception_from_error(load_error const& e, boost::source_location const&)
{
    throw std::runtime_error(e.message);
}

namespace {

// Makes an app of its files and the options.
result<loaded, load_error> assemble(options const& given, found_files found, verb started_as,
                                    occasion when)
{
    loaded seen;
    keep_texts(found.files, seen);
    auto merged =
        procfile::merge(found.files, when == occasion::one_off ? procfile::types_are::optional
                                                               : procfile::types_are::required);
    seen.files = std::move(found.files);
    seen.sources = std::move(found.sources);
    seen.diagnostics = std::move(merged.diagnostics);
    auto& app = seen.app;
    app.spec = std::move(merged.spec);
    app.root = found.root;
    app.home = found.place.directory;
    app.by_current_link = found.place.by_current_link;
    app.started_as = started_as;
    app.own_environment = os::current_environment();
    app.restart = given.restart ? *procfile::parse_restart_policy(*given.restart)
                                : defaults_of(started_as).restart;
    if (given.timeout)
        app.stop_timeout = std::chrono::milliseconds(static_cast<long>(*given.timeout * 1000));
    app.exit_on = given.exit_on == "any"       ? core::exit_on::any
                  : given.exit_on == "failure" ? core::exit_on::failure
                                               : core::exit_on::never;
    if (procfile::has_error(seen.diagnostics)) {
        if (auto const meant = explain_missing_types(given, found, seen))
            return *meant;
        return seen;
    }
    for (auto const& step :
         {choose_name(given, app), choose_counts(given, seen, started_as, when),
          choose_fronts(given, app, when), choose_port(given, seen), check_fronts(seen, when),
          find_users(app, when == occasion::one_off ? users::of_one_off_too : users::of_types)})
        if (!step)
            return step.error();
    warn_of_missing_ports(seen);
    return seen;
}

} // namespace

result<loaded, load_error> load(options const& given, verb started_as, occasion when)
{
    auto found = find_files(given, when);
    if (!found)
        return found.error();
    return assemble(given, std::move(*found), started_as, when);
}

result<loaded, load_error> load_release(options const& given, home const& place,
                                        core::release const& kept)
{
    if (!os::exists(kept.root))
        return load_error{"its root " + kept.root + " is gone"};
    found_files found;
    found.place = place;
    found.root = place.root;
    found.files = kept.files;
    for (auto const* const name : {"/Procfile", "/procd.toml", "/.env"})
        found.sources.push_back(place.root + name);
    auto seen = assemble(given, std::move(found), verb::serve, occasion::reload);
    if (!seen)
        return seen.error();
    if (procfile::has_error(seen->diagnostics))
        return load_error{problem_of(*seen)};
    seen->app.root = kept.root;
    return std::move(*seen);
}

std::string problem_of(loaded const& seen)
{
    for (auto const& finding : seen.diagnostics) {
        if (finding.level != procfile::severity::error)
            continue;
        auto const line = finding.line > 0 ? ':' + std::to_string(finding.line) : "";
        return finding.file + line + (finding.file.empty() ? "" : ": ") + finding.message;
    }
    return "";
}

std::string render(loaded const& seen, procfile::diagnostic const& finding)
{
    auto const source = seen.texts.find(finding.file);
    return procfile::render(finding, source == seen.texts.end() ? "" : source->second);
}

std::string render(loaded const& seen, notes shown)
{
    std::string text;
    for (auto const& finding : seen.diagnostics) {
        if (finding.level == procfile::severity::note && shown == notes::hidden)
            continue;
        text += render(seen, finding);
    }
    return text;
}

} // namespace procd::app
