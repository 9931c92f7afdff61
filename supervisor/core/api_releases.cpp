#include "supervisor/core/api_releases.hpp"

#include "supervisor/core/api_fields.hpp"

namespace core::api {

namespace json = boost::json;

using writing::or_null;
using writing::strings;
using writing::text;

json::array to_json(std::vector<change_view> const& changes)
{
    json::array array;
    for (auto const& c : changes)
        array.push_back(
            json::object{{"type", text(c.type)}, {"what", c.what}, {"fields", strings(c.fields)}});
    return array;
}

json::value to_json(release_view const& r)
{
    return json::object{
        {"name", r.name},       {"reason", text(r.reason)}, {"created_at", iso_text(r.created_at)},
        {"current", r.current}, {"failed", r.failed},       {"changes", to_json(r.changes)}};
}

json::value to_json(release_detail const& d)
{
    json::object o = std::move(to_json(d.release).as_object());
    o["root"] = text(d.root);
    json::object commands;
    for (auto const& [type, command] : d.commands)
        commands[type] = text(command);
    o["commands"] = std::move(commands);
    o["variables"] = strings(d.variables);
    return o;
}

json::value to_json(release_plan const& p)
{
    json::object o{{"release", or_null(p.release)}, {"changes", to_json(p.changes)}};
    if (!p.warnings.empty())
        o["warnings"] = strings(p.warnings);
    return o;
}

namespace reading {

void read(fields const& f, change_view& c)
{
    f.need("type", c.type);
    f.need("what", c.what);
    read_strings(f, "fields", c.fields);
}

void read(fields const& f, release_view& r)
{
    f.need("name", r.name);
    f.need("reason", r.reason);
    f.need("created_at", r.created_at);
    f.need("current", r.current);
    f.need("failed", r.failed);
    read_objects(f, "changes", r.changes);
}

void read(fields const& f, release_detail& d)
{
    read(f, d.release);
    f.need("root", d.root);
    auto const* commands = f.object("commands");
    if (!commands)
        throw bad_field{"commands"};
    for (auto const& [type, command] : *commands)
        fields(*commands).need(type, d.commands[std::string(type)]);
    read_strings(f, "variables", d.variables);
}

void read(fields const& f, release_plan& p)
{
    f.may("release", p.release);
    read_objects(f, "changes", p.changes);
    if (f.has("warnings"))
        read_strings(f, "warnings", p.warnings);
}

} // namespace reading

} // namespace core::api
