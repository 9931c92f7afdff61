// The commands about releases.
#include "supervisor/ctl/commands.hpp"
#include "supervisor/ctl/goal.hpp"
#include "supervisor/ctl/output.hpp"
#include "supervisor/ctl/views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace ctl {

namespace json = boost::json;

namespace {

// "3" is v3.
std::string release_name(std::string const& word)
{
    bool const number = word.find_first_not_of("0123456789") == std::string::npos;
    return number && !word.empty() ? 'v' + word : word;
}

void change(context& c, goal g, bool wait)
{
    g.style = progress_line::style::block;
    g.shows_changes = true;
    if (wait)
        return carry_out(c, g);
    carry_out_without_waiting(c, g);
    if (!c.silent())
        print(g.title + "\nnot waiting until it is done\n");
}

void dry_run(context& c)
{
    auto const answer = c.procd().call({"POST", "/v1/reload?dry_run=true"});
    if (c.options().json)
        return print(json::serialize(answer) + "\n");
    auto const plan = view_of<core::api::release_plan>(answer);
    if (plan.changes.empty())
        return print("Nothing has changed.\n");
    print((plan.release ? "A reload would make " + *plan.release + ":\n"
                        : std::string("A reload would make no release, for no process has to be "
                                      "replaced:\n")) +
          changes_text(plan.changes));
}

} // namespace

void reload(context& c, arguments const& a)
{
    if (a.flag("--dry-run"))
        return dry_run(c);
    goal g;
    g.target = "/v1/reload";
    g.title = "Reloading " + c.app() + "...";
    change(c, std::move(g), !a.flag("--no-wait"));
}

void roll_back(context& c, arguments const& a)
{
    auto const name = a.words.empty() ? std::string() : release_name(a.words.front());
    goal g;
    g.target = a.words.empty() ? "/v1/rollback" : "/v1/releases/" + encode(name) + "/rollback";
    g.title = "Rolling back " + c.app() + (a.words.empty() ? "" : " to " + name) + "...";
    change(c, std::move(g), !a.flag("--no-wait"));
}

void list_releases(context& c, arguments const&)
{
    auto const answer = c.procd().call({"GET", "/v1/releases"});
    auto const* array = answer.if_array();
    if (!array)
        unreadable("no array of releases");
    if (c.options().json)
        return print(json::serialize(answer) + "\n");
    std::vector<core::api::release_view> releases;
    for (auto const& item : *array)
        releases.push_back(view_of<core::api::release_view>(item));
    if (!c.options().quiet)
        return print(releases_text(releases));
    std::string names;
    for (auto const& r : releases)
        names += r.name + "\n";
    print(names);
}

void describe_release(context& c, arguments const& a)
{
    auto const answer =
        c.procd().call({"GET", "/v1/releases/" + encode(release_name(a.words.front()))});
    if (c.options().json)
        return print(json::serialize(answer) + "\n");
    print(describe_text(view_of<core::api::release_detail>(answer)));
}

} // namespace ctl
