// procd run: becomes a command with the app's environment, directory and limits.
#include "supervisor/daemon/planner.hpp"
#include "supervisor/daemon/verbs.hpp"
#include "supervisor/os/become.hpp"

namespace procd {

int run_command(options const& given)
{
    if (given.words.empty()) {
        complain("run: name a type of the Procfile or a command, e.g. procd run -- bin/console");
        return exit_usage;
    }
    auto files = given;
    files.words.clear();
    auto seen = load_or_complain(files, verb::up);
    if (!seen)
        return seen.error();

    auto const& what = seen->what;
    planner plans(what,
                  std::make_shared<procfile::port_plan>(what.base_port, what.spec.port_order()));
    auto const* type = given.words_are_command ? nullptr : what.spec.find(given.words.front());
    if (!given.words_are_command && what.spec.release_phase &&
        given.words.front() == what.spec.release_phase->name)
        type = &*what.spec.release_phase;
    process_plan plan;
    if (type) {
        plan = plans.plan(*type, 1, 1);
        if (given.words.size() > 1) { // more words: arguments of the command
            plan.argv.back() += " \"$@\"";
            plan.argv.push_back(type->name);
            plan.argv.insert(plan.argv.end(), given.words.begin() + 1, given.words.end());
        }
    } else {
        procfile::type_spec one_off;
        one_off.name = "run";
        one_off.settings = what.spec.settings.defaults;
        plan = plans.plan(one_off, 1, 1);
        plan.argv = given.words;
    }
    auto const failure = os::become(request_of(plan, plan.argv));
    complain(core::describe(failure));
    return core::shell_code(failure);
}

} // namespace procd
