#include "supervisor/formation/autoscaler.hpp"

#include "procfile/front_ports.hpp"
#include "supervisor/formation/autoscale_facts.hpp"
#include "supervisor/formation/decision_log.hpp"
#include "supervisor/formation/formation.hpp"
#include "supervisor/formation/rotation.hpp"
#include "supervisor/output/event_log.hpp"
#include "supervisor/output/hub.hpp"
#include "supervisor/process/services.hpp"

#include <algorithm>
#include <utility>

namespace procd::formation {

namespace autoscale = core::autoscale;
using clock = std::chrono::steady_clock;
using core::api::problem;

namespace {

constexpr std::size_t decisions_kept = 100;

// A front port that does not answer holds nobody up for longer.
constexpr std::chrono::seconds longest_wait_for_loads{1};

std::vector<output::event_fact> facts_of_rule(autoscale::rule const& rule)
{
    std::vector<output::event_fact> facts{{"min", rule.min}, {"max", rule.max}};
    if (rule.percent)
        facts.emplace_back("cpu_percent", *rule.percent);
    if (rule.concurrency)
        facts.emplace_back("concurrency", *rule.concurrency);
    return facts;
}

// A stamp of the wall clock on the steady one. A stamp in the future counts as now.
core::time_point steady(core::wall_time wall)
{
    auto const age = std::chrono::system_clock::now() - wall;
    return clock::now() -
           std::max(std::chrono::duration_cast<clock::duration>(age), clock::duration(0));
}

} // namespace

core::api::outcome<void> autoscaler::set(std::string const& type, autoscale::rule const& rule)
{
    auto const* const known = formation_.find(type);
    if (known == nullptr)
        return formation_.unknown(type);
    if (auto const why = autoscale::problem_of(rule, known->spec); !why.empty())
        return problem{422, "Bad rule", why};
    auto& t = types_[type];
    t.rule = rule;
    t.decisions.clear();
    with_.events.publish("autoscale", type,
                         type + ": autoscale to " + autoscale::target_text(rule) + ", " +
                             std::to_string(rule.min) + " to " + std::to_string(rule.max),
                         facts_of_rule(rule));
    next_sample_ = clock::now(); // bounds hold at once
    with_.changed.notify();
    return {};
}

void autoscaler::unset(std::string const& type)
{
    types_[type].rule.reset();
    with_.events.publish("autoscale", type, type + ": no autoscaling any more");
    with_.changed.notify();
}

void autoscaler::restore(std::string const& type, std::optional<autoscale::rule> rule,
                         std::optional<core::wall_time> last_rescale)
{
    types_[type].rule = rule;
    types_[type].last_rescale = last_rescale;
}

void autoscaler::restore_rule(std::string const& type, std::optional<autoscale::rule> rule)
{
    types_[type].rule = rule;
}

autoscaler::state const& autoscaler::of(std::string const& type) const
{
    static state const none;
    auto const found = types_.find(type);
    return found == types_.end() ? none : found->second;
}

std::vector<type const*> autoscaler::ruled() const
{
    std::vector<type const*> found;
    for (auto const& t : formation_.types())
        if (!t.dropped && of(t.spec.name).rule)
            found.push_back(&t);
    return found;
}

std::vector<type const*> autoscaler::ruled_by(target which) const
{
    auto found = ruled();
    std::erase_if(found, [&](type const* t) { return !((*of(t->spec.name).rule).*which); });
    return found;
}

std::optional<autoscale::time_point>
autoscaler::advance(procfile::autoscaler_settings const& settings)
{
    auto const types = ruled();
    if (types.empty() || formation_.stopping()) {
        rest();
        return std::nullopt;
    }
    forget_loads();
    auto const now = clock::now();
    if (!next_sample_)
        next_sample_ = now;
    next_sample_ = std::min(*next_sample_, now + settings.interval); // a reload may shorten it
    if (!answer_due_ && now >= *next_sample_)
        sample(now, settings);
    if (answer_due_ && loads_are_known(now, settings.window)) {
        answer_due_.reset();
        for (auto const* const t : types)
            decide(*t, settings);
    }
    return answer_due_ ? answer_due_ : next_sample_;
}

// Forgets the answers about types that have no rule by requests, or no router, at the moment. Their
// sums may begin anew after that.
void autoscaler::forget_loads()
{
    auto const by_requests = ruled_by(&autoscale::rule::concurrency);
    std::erase_if(loads_, [&](auto const& each) {
        return std::none_of(by_requests.begin(), by_requests.end(), [&](type const* t) {
            return t->spec.name == each.first && is_fronted(*t);
        });
    });
}

// There is no rule.
void autoscaler::rest()
{
    next_sample_.reset();
    answer_due_.reset();
    loads_.clear();
    with_.children.keep_strangers(process::reaper::strangers::not_kept);
}

// One pass for all types that have a rule: their CPU is read now, and the front port is asked. The
// decisions are due when it has answered.
void autoscaler::sample(autoscale::time_point now, procfile::autoscaler_settings const& settings)
{
    auto const by_cpu = ruled_by(&autoscale::rule::percent);
    auto const dead_count_anyway = with_.cgroup.has_value(); // the kernel counts them
    with_.children.keep_strangers(by_cpu.empty() || dead_count_anyway
                                      ? process::reaper::strangers::not_kept
                                      : process::reaper::strangers::kept);
    sample_cpu(with_, by_cpu, settings.window);
    bool const by_requests = !ruled_by(&autoscale::rule::concurrency).empty();
    bool const asked = by_requests && front_.ask && front_.ask() == load_source::asked::yes;
    answer_due_ = asked ? now + longest_wait_for_loads : now;
    *next_sample_ += settings.interval;
    if (*next_sample_ <= now) // it slept through some
        next_sample_ = now + settings.interval;
}

// Tells whether the answer is there, or is not waited for any longer: the loads are unknown then.
bool autoscaler::loads_are_known(autoscale::time_point now, std::chrono::milliseconds window)
{
    auto const told = front_.answer ? front_.answer() : std::nullopt;
    if (!told && now < *answer_due_)
        return false;
    note_loads(told ? &*told : nullptr, window);
    return true;
}

void autoscaler::note_loads(load_source::loads const* told, std::chrono::milliseconds window)
{
    for (auto const* const t : ruled_by(&autoscale::rule::concurrency)) {
        auto& history = loads_[t->spec.name];
        std::optional<core::load_sums> sums;
        if (told != nullptr)
            if (auto const found = told->find(t->spec.name); found != told->end())
                sums = found->second;
        history.note(sums, window);
    }
}

autoscale::measured autoscaler::facts_of(type const& of, std::chrono::milliseconds window) const
{
    autoscale::measured facts;
    facts.processes = processes_of(of, window);
    if (auto const history = loads_.find(of.spec.name); history != loads_.end())
        facts.requests = history->second.average(window);
    if (auto why = procfile::uncounted(of.spec); !why.empty()) // since the last reload
        facts.no_requests_because = std::move(why);
    return facts;
}

void autoscaler::decide(type const& of, procfile::autoscaler_settings const& settings)
{
    auto& t = types_[of.spec.name];
    autoscale::state before;
    if (t.last_rescale)
        before.last_rescale = steady(*t.last_rescale);
    auto const made = autoscale::decide(
        *t.rule,
        {settings.window, settings.tolerance, settings.scale_up_delay, settings.scale_down_delay},
        before, clock::now(), of.wanted, facts_of(of, settings.window));
    t.decisions.push_back({std::chrono::system_clock::now(), made});
    log_decision(with_, of.spec.name,
                 "autoscaler: " + std::to_string(of.wanted) + " to " + std::to_string(made.wanted) +
                     ": " + std::string(autoscale::to_string(made.why)) + ": " + made.reason);
    if (t.decisions.size() > decisions_kept)
        t.decisions.erase(t.decisions.begin());
    if (made.wanted != of.wanted)
        apply(of, made);
}

void autoscaler::apply(type const& of, autoscale::decision const& made)
{
    types_[of.spec.name].last_rescale = std::chrono::system_clock::now();
    rescaled_ = true;
    auto const text = of.spec.name + " scaled from " + std::to_string(of.wanted) + " to " +
                      std::to_string(made.wanted) + " by the autoscaler: " + made.reason;
    std::vector<output::event_fact> more{{"condition", autoscale::to_string(made.why)}};
    if (made.seen.decided_by)
        more.emplace_back("metric", autoscale::to_string(*made.seen.decided_by));
    with_.hub.system(text);
    formation_.set_wanted(of.spec.name, made.wanted, origin::autoscaler, {text, std::move(more)});
    formation_.reconcile();
}

} // namespace procd::formation
