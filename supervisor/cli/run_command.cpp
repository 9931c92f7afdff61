// procd run: becomes a command with the app's environment, directory and limits.
#include "supervisor/app/complain.hpp"
#include "supervisor/app/planner.hpp"
#include "supervisor/cli/verbs.hpp"
#include "supervisor/os/become.hpp"

namespace procd::cli {

namespace {

constexpr auto npos = std::string::npos;
constexpr int not_found = 127; // a shell's code for a command that does not exist

// A word that is neither a type nor a program may be a misspelt type.
std::string unknown_type(app::options const& given, app::application const& app,
                         core::never_started const& failure)
{
    auto const& word = given.words.front();
    if (given.words_are_command || core::shell_code(failure) != not_found || word.find('/') != npos)
        return {};
    if (app.spec.types.empty())
        return ", and there is no Procfile with a type '" + word + '\'';
    return ", and no process type '" + word + "' either" +
           procfile::did_you_mean(word, app.spec.type_names());
}

} // namespace

int run_command(app::options const& given)
{
    if (given.words.empty()) {
        app::complain(
            "run: name a type of the Procfile or a command, e.g. procd run -- bin/console");
        return app::exit_usage;
    }
    auto files = given;
    files.words.clear();
    auto seen = app::load_or_complain(files, app::verb::up, app::occasion::one_off);
    if (!seen)
        return seen.error();

    auto const& app = seen->app;
    app::planner plans(app,
                       std::make_shared<procfile::port_plan>(app.base_port, app.spec.port_order()));
    auto const* type = given.words_are_command ? nullptr : app.spec.find(given.words.front());
    if (!given.words_are_command && app.spec.release_phase &&
        given.words.front() == app.spec.release_phase->name)
        type = &*app.spec.release_phase;
    app::process_plan plan;
    if (type) {
        plan = plans.plan(*type, 1, 1);
        if (given.words.size() > 1) { // further words are arguments of the command
            plan.argv.back() = procfile::with_arguments(plan.argv.back());
            plan.argv.push_back(type->name);
            plan.argv.insert(plan.argv.end(), given.words.begin() + 1, given.words.end());
        }
    } else {
        procfile::type_spec one_off;
        one_off.name = "run";
        one_off.settings = app.spec.settings.defaults;
        plan = plans.plan(one_off, 1, 1);
        // One word with blanks is a line for the shell, as with Foreman.
        bool const line =
            given.words.size() == 1 && given.words.front().find_first_of(" \t") != npos;
        plan.argv = given.words;
        if (line)
            plan.argv = {"/bin/sh", "-c", procfile::shell_line(given.words.front())};
    }
    auto const failure = os::become(app::request_of(plan, plan.argv));
    app::complain(core::describe(failure) + unknown_type(given, app, failure));
    return core::shell_code(failure);
}

} // namespace procd::cli
