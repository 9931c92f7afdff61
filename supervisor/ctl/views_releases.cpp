// The views of releases and of the changes they make.
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/view_text.hpp"
#include "supervisor/ctl/views.hpp"

namespace ctl {

namespace {

std::string release_state(core::api::release_view const& r)
{
    return r.current ? "current" : r.failed ? "failed" : absent;
}

} // namespace

std::string changes_text(std::vector<core::api::change_view> const& changes)
{
    std::string text;
    for (auto const& c : changes) {
        auto const words = c.fields.empty() ? c.what : list_text(c.fields, ", ");
        text += without_controls(c.type + ": " + words) + "\n";
    }
    return text;
}

std::string releases_text(std::vector<core::api::release_view> const& releases)
{
    std::vector<row> rows{{"RELEASE", "STATE", "CREATED", "REASON"}};
    for (auto const& r : releases)
        rows.push_back(
            {r.name, release_state(r), time_text(r.created_at), without_controls(r.reason)});
    return table_text(rows);
}

std::string describe_text(core::api::release_detail const& d)
{
    auto text = table_text({{"Release:", d.release.name},
                            {"State:", release_state(d.release)},
                            {"Created:", time_text(d.release.created_at)},
                            {"Reason:", without_controls(d.release.reason)},
                            {"Root:", without_controls(d.root)},
                            {"Variables:", variables_text(d.variables)}});
    text += "Commands:\n";
    std::vector<row> rows;
    for (auto const& [type, command] : d.commands)
        rows.push_back({"    " + type + ":", without_controls(command)});
    text += table_text(rows);
    if (d.release.changes.empty())
        return text;
    text += "Changes:\n";
    for (auto const& c : d.release.changes)
        text += "    " + changes_text({c});
    return text;
}

} // namespace ctl
