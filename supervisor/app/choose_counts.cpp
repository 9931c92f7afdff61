#include "supervisor/app/choose_counts.hpp"

#include "procfile/formation.hpp"
#include "supervisor/core/habits.hpp"

#include <algorithm>

namespace procd::app {

namespace {

using boost::system::result;

// The verbs of the command line, which a misspelt first word may mean.
constexpr char const* verb_names[] = {"up", "serve", "check", "run", "export", "help", "version"};

load_error formation_problem(std::string const& option, procfile::formation_error const& e)
{
    return {option + ": " + e.message, true};
}

// The first word of a command line without a verb may be meant as a verb.
enum class meant_as { type, type_or_verb };

load_error unknown_word(std::string const& word, application const& app, meant_as meaning)
{
    auto names = app.spec.type_names();
    if (meaning == meant_as::type)
        return {"no process type '" + word + '\'' + procfile::did_you_mean(word, names), true};
    names.insert(names.end(), std::begin(verb_names), std::end(verb_names));
    auto near = procfile::did_you_mean(word, names);
    if (auto const help = core::habit_of_procd(word); help && (help->exact || near.empty()))
        return {help->text, true};
    return {"no process type or verb '" + word + '\'' + near + "; procd --help lists the verbs",
            true};
}

result<void, load_error> check_types(std::vector<std::string> const& names, application const& app)
{
    for (auto const& name : names)
        if (!app.spec.find(name))
            return unknown_word(name, app, meant_as::type);
    return {};
}

// The types that the words of the command line choose. Types that are gone at a reload are left
// out, because the command line may be older than the files.
result<std::map<std::string, std::optional<int>>, load_error>
choose_types(options const& given, application const& app, occasion when)
{
    using chosen = std::map<std::string, std::optional<int>>;
    auto const words = procfile::parse_selection(given.words);
    if (!words)
        return load_error{words.error().message, true};
    chosen all;
    for (auto const& word : *words) {
        if (app.spec.find(word.type))
            all[word.type] = word.count;
        else if (when != occasion::reload)
            return unknown_word(word.type, app,
                                given.verb_is_implied && all.empty() ? meant_as::type_or_verb
                                                                     : meant_as::type);
    }
    return result<chosen, load_error>(boost::system::in_place_value, std::move(all));
}

// Sets the counts that -m names.
result<void, load_error> apply_formation(options const& given, application& app, occasion when)
{
    auto changes = procfile::parse_formation(*given.formation);
    if (!changes)
        return formation_problem("--formation", changes.error());
    if (when == occasion::reload)
        std::erase_if(*changes, [&](procfile::change const& c) {
            return c.type != "all" && !app.spec.find(c.type);
        });
    auto const counts = procfile::resolve(*changes, app.spec.type_names(), 0);
    if (!counts)
        return formation_problem("--formation", counts.error());
    app.counts = *counts;
    return {};
}

void note_types_that_are_off(options const& given, loaded& seen)
{
    auto const& app = seen.app;
    auto const runs = [&](std::string const& type) {
        auto const count = app.counts.find(type);
        return count != app.counts.end() && count->second > 0;
    };
    std::string off;
    for (auto const& type : app.spec.types) {
        if (!runs(type.name))
            off += (off.empty() ? "" : ", ") + type.name;
        for (auto const& earlier : type.settings.after)
            if (runs(type.name) && !runs(earlier))
                seen.notes.push_back(type.name + " starts after " + earlier +
                                     ", which is not run; procd " + earlier + ' ' + type.name +
                                     " runs both");
    }
    if (given.formation && !off.empty())
        seen.notes.push_back("off: " + off);
}

} // namespace

result<void, load_error> choose_counts(options given, loaded& seen, verb started_as, occasion when)
{
    auto& app = seen.app;
    auto const chosen = choose_types(given, app, when);
    if (!chosen)
        return chosen.error();
    if (when == occasion::reload)
        std::erase_if(given.except, [&](auto const& name) { return !app.spec.find(name); });
    if (auto const known = check_types(given.except, app); !known)
        return known.error();
    for (auto const& type : app.spec.types) {
        auto const& defaults = defaults_of(started_as);
        int const fallback = type.name == "web" ? defaults.web_count : defaults.other_count;
        app.counts[type.name] = type.settings.count.value_or(fallback);
    }
    if (given.formation)
        if (auto const applied = apply_formation(given, app, when); !applied)
            return applied.error();
    for (auto& [type, count] : app.counts) {
        auto const named = chosen->find(type);
        bool const except =
            std::find(given.except.begin(), given.except.end(), type) != given.except.end();
        if (except || (!given.words.empty() && named == chosen->end()))
            count = 0;
        else if (named != chosen->end() && named->second)
            count = *named->second;
        else if (named != chosen->end() && !given.formation)
            count = std::max(count, 1);
    }
    note_types_that_are_off(given, seen);
    return {};
}

} // namespace procd::app
