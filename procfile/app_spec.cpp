// Merges the files of an app. The steps are the lines of merger::run():
//
// 1. procd.toml is read first, because each type takes its settings from it.
// 2. The Procfile gives the types. If it declares none, or nothing but the release phase, a
//    Dockerfile or package.json may imply the type `web`.
// 3. The env files are read. Their assignments follow those of the Dockerfile, so they win.
// 4. Some errors show only in the whole app: a [types.X] without a type, two types with the same
//    port variable, `after` with unknown names or a cycle, and types that cannot share an address.
//
// No step gives up at an error. Each adds its findings to the diagnostics, so a user sees all of
// them at once.
#include "procfile/app_spec.hpp"

#include "procfile/environment.hpp"
#include "procfile/front_ports.hpp"
#include "procfile/text.hpp"

#include <algorithm>

namespace procfile {

namespace {

constexpr char const* release_name = "release";

// Merges the files one by one and collects the findings.
class merger {
public:
    merger(app_files const& files, types_are needed) : files_(files), needed_(needed) {}
    parsed_app run();

private:
    void read_config();
    void read_types();
    void read_implied();
    void check_types();
    bool unreadable(app_files::text const& file);
    void add_type(std::string const& name, std::string const& command, unsigned line);
    void read_env_files();
    void check_named_types();
    void check_port_variables();
    void check_after();
    void check_cycles();
    void check_front_ports();

    void take(std::vector<diagnostic> const& found)
    {
        result_.diagnostics.insert(result_.diagnostics.end(), found.begin(), found.end());
    }
    void config_error(std::string const& key, std::string message);

    app_files const& files_;
    types_are needed_;
    parsed_app result_;
    app_spec& spec_ = result_.spec;
};

parsed_app merger::run()
{
    read_config();
    read_types();
    check_types();
    read_env_files();
    check_named_types();
    check_port_variables();
    check_after();
    check_cycles();
    check_front_ports();
    return std::move(result_);
}

void merger::read_config()
{
    if (!files_.config || unreadable(*files_.config))
        return;
    parsed_config parsed = parse_config(files_.config->content, files_.config->name);
    take(parsed.diagnostics);
    spec_.settings = std::move(parsed.value);
}

void merger::add_type(std::string const& name, std::string const& command, unsigned line)
{
    type_spec type;
    type.name = name;
    type.command = command;
    type.line = shell_line(command);
    type.source_line = line;
    type.position = static_cast<int>(spec_.types.size()) + (spec_.release_phase ? 1 : 0);
    type.settings = spec_.settings.of(name);
    if (name == release_name)
        spec_.release_phase = std::move(type);
    else
        spec_.types.push_back(std::move(type));
}

// Reports a file of which no line can be read, and tells whether it is one.
bool merger::unreadable(app_files::text const& file)
{
    if (!text::is_utf16(file.content))
        return false;
    take({{severity::error, file.name, 0, 0, "is in UTF-16; save it as UTF-8"}});
    return true;
}

void merger::read_types()
{
    parsed_procfile parsed;
    if (files_.procfile)
        parsed = parse(files_.procfile->content, files_.procfile->name);
    take(parsed.diagnostics);
    // The implied type has the first block of ports, as without a Procfile.
    if (!files_.procfile || only_release(parsed))
        read_implied();
    for (entry const& e : parsed.entries)
        add_type(e.type, e.command, e.line);
}

void merger::read_implied()
{
    parsed_implied implied;
    if (files_.dockerfile && !unreadable(*files_.dockerfile))
        implied = implied_from_dockerfile(files_.dockerfile->content, files_.dockerfile->name);
    take(implied.diagnostics);
    if (!implied.web && files_.package_json && !unreadable(*files_.package_json)) {
        implied =
            implied_from_package_json(files_.package_json->content, files_.package_json->name);
        take(implied.diagnostics);
    }
    if (!implied.web)
        return;
    implied_type const& web = *implied.web;
    add_type("web", web.command, web.line);
    spec_.implied = web.from;
    for (auto const& [key, value] : web.env)
        spec_.env.push_back({key, value, web.line});
    std::optional<std::string>& cwd = spec_.types.front().settings.cwd;
    cwd = cwd ? cwd : web.cwd;
}

void merger::check_types()
{
    if (!spec_.types.empty() || needed_ == types_are::optional)
        return;
    if (files_.procfile && text::is_utf16(files_.procfile->content))
        return; // parse() has reported that
    std::string const looked_for = "nothing implies a web type: looked for a CMD in Dockerfile and "
                                   "scripts.start in package.json";
    if (!files_.procfile)
        take({{severity::error, "Procfile", 0, 0, "not found, and " + looked_for}});
    else if (spec_.release_phase)
        take({{severity::error, files_.procfile->name, 0, 0,
               "declares no process type but the release phase, and " + looked_for}});
    else
        take({{severity::error, files_.procfile->name, 0, 0, "declares no process type"}});
}

void merger::read_env_files()
{
    for (app_files::text const& file : files_.env_files) {
        parsed_env const parsed = parse_env(file.content, file.name);
        take(parsed.diagnostics);
        spec_.env.insert(spec_.env.end(), parsed.assignments.begin(), parsed.assignments.end());
    }
}

void merger::config_error(std::string const& key, std::string message)
{
    auto const place = spec_.settings.places.find(key);
    position const at = place == spec_.settings.places.end() ? position{} : place->second;
    take({{severity::error, files_.config->name, at.line, at.column, std::move(message)}});
}

void merger::check_named_types()
{
    std::vector<std::string> names = spec_.type_names();
    if (spec_.release_phase)
        names.push_back(release_name);
    if (names.empty())
        return; // read_types() or read_implied() has reported an error
    for (auto const& named : spec_.settings.types)
        if (std::find(names.begin(), names.end(), named.first) == names.end())
            config_error("types." + named.first, "no process type '" + named.first + "'" +
                                                     did_you_mean(named.first, names));
}

void merger::check_port_variables()
{
    std::map<std::string, type_spec const*> seen;
    for (type_spec const& type : spec_.types) {
        auto const [other, is_new] = seen.emplace(port_variable(type.name), &type);
        if (!is_new)
            take({{severity::error, files_.procfile->name, type.source_line, 1,
                   "types '" + other->second->name + "' and '" + type.name + "' would both set " +
                       other->first}});
    }
}

// The key that gives a type its `after`: the key in the type's own table, or else the one in
// [defaults].
std::string after_key(config const& settings, std::string const& type)
{
    std::string const own = "types." + type + ".after";
    return settings.places.count(own) != 0 ? own : "defaults.after";
}

void merger::check_after()
{
    std::vector<std::string> const names = spec_.type_names();
    for (type_spec const& type : spec_.types)
        for (std::string const& earlier : type.settings.after) {
            std::string const key = after_key(spec_.settings, type.name);
            if (earlier == type.name)
                config_error(key, "type '" + type.name + "' cannot start after itself");
            else if (earlier == release_name && spec_.release_phase)
                config_error(key, "'release' is the release phase, which comes before all types");
            else if (!spec_.find(earlier))
                config_error(key, "type '" + type.name + "' starts after '" + earlier +
                                      "', which is no process type" + did_you_mean(earlier, names));
        }
}

void merger::check_cycles()
{
    // A depth-first walk from each type. `path` holds the types from the start of the walk to the
    // type it is at.
    std::map<std::string, bool> done;
    std::vector<std::string> path;
    auto const visit = [&](auto const& self, type_spec const& type) -> void {
        auto const again = std::find(path.begin(), path.end(), type.name);
        if (again != path.end() && path.end() - again > 1) {
            std::string cycle;
            for (auto name = again; name != path.end(); ++name)
                cycle += *name + " -> ";
            config_error(after_key(spec_.settings, type.name),
                         "'after' goes round in a circle: " + cycle + type.name);
        }
        if (again != path.end() || done[type.name])
            return;
        path.push_back(type.name);
        for (std::string const& earlier : type.settings.after)
            if (type_spec const* const next = spec_.find(earlier))
                self(self, *next);
        path.pop_back();
        done[type.name] = true;
    };
    for (type_spec const& type : spec_.types)
        visit(visit, type);
}

void merger::check_front_ports()
{
    for (front_problem& problem : front_problems(spec_)) {
        position const at = place_of(spec_.settings, problem.type, problem.key);
        take({{severity::error, files_.config->name, at.line, at.column,
               std::move(problem.message)}});
    }
}

} // namespace

type_spec const* app_spec::find(std::string const& type) const
{
    auto const found = std::find_if(types.begin(), types.end(),
                                    [&](type_spec const& t) { return t.name == type; });
    return found == types.end() ? nullptr : &*found;
}

std::vector<std::string> app_spec::type_names() const
{
    std::vector<std::string> names;
    for (type_spec const& type : types)
        names.push_back(type.name);
    return names;
}

std::vector<std::string> app_spec::port_order() const
{
    std::vector<std::string> names = type_names();
    if (release_phase)
        names.insert(names.begin() + release_phase->position, release_name);
    return names;
}

parsed_app merge(app_files const& files, types_are needed)
{
    return merger{files, needed}.run();
}

} // namespace procfile
