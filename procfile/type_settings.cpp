#include "procfile/type_settings.hpp"

#include "procfile/formation.hpp"
#include "procfile/front_reader.hpp"
#include "procfile/probe_settings.hpp"
#include "procfile/procfile.hpp"
#include "procfile/text.hpp"
#include "procfile/watch_patterns.hpp"

#include <limits>

namespace procfile {

namespace {

using reader_t = config_reader;
using value_t = toml_value;

constexpr std::int64_t any_int = std::numeric_limits<int>::max();
constexpr double most_cores = 10'000;

constexpr std::pair<std::string_view, restart_policy> restart_words[] = {
    {"always", restart_policy::always},
    {"on-failure", restart_policy::on_failure},
    {"never", restart_policy::never}};

constexpr key_rule<backoff_settings> backoff_rules[] = {
    {"first",
     [](reader_t& in, value_t const& v, backoff_settings& s) { in.read_duration(v, s.first); }},
    {"initial",
     [](reader_t& in, value_t const& v, backoff_settings& s) { in.read_duration(v, s.initial); }},
    {"max",
     [](reader_t& in, value_t const& v, backoff_settings& s) { in.read_duration(v, s.max); }},
    {"reset_after", [](reader_t& in, value_t const& v,
                       backoff_settings& s) { in.read_duration(v, s.reset_after); }},
};

constexpr key_rule<limit_settings> limit_rules[] = {
    {"cpu",
     [](reader_t& in, value_t const& v, limit_settings& s) {
         double cores = 0;
         if (!in.read_number(v, cores, 0, most_cores))
             return;
         if (cores > 0)
             s.cpu = cores;
         else
             in.refuse(v, "must be more than 0");
     }},
    {"memory",
     [](reader_t& in, value_t const& v, limit_settings& s) {
         std::uint64_t bytes = 0;
         if (!in.read_size(v, bytes))
             return;
         s.memory = bytes;
         if (auto const problem = memory_limit_problem(bytes))
             in.warn(v, *problem);
     }},
    {"open_files",
     [](reader_t& in, value_t const& v, limit_settings& s) {
         in.read(&reader_t::read_integer<std::uint64_t>, v, s.open_files, std::int64_t{1}, any_int);
     }},
};

constexpr key_rule<autoscale_settings> autoscale_rules[] = {
    {"min", [](reader_t& in, value_t const& v,
               autoscale_settings& s) { in.read_integer(v, s.min, 1, max_count); }},
    {"max", [](reader_t& in, value_t const& v,
               autoscale_settings& s) { in.read_integer(v, s.max, 1, max_count); }},
    {"cpu_percent",
     [](reader_t& in, value_t const& v, autoscale_settings& s) {
         in.read(&reader_t::read_integer<int>, v, s.cpu_percent, std::int64_t{1}, any_int);
     }},
    {"concurrency",
     [](reader_t& in, value_t const& v, autoscale_settings& s) {
         in.read(&reader_t::read_integer<int>, v, s.concurrency, std::int64_t{1}, any_int);
     }},
};

constexpr key_rule<rollout_settings> rollout_rules[] = {
    {"surge",
     [](reader_t& in, value_t const& v, rollout_settings& s) {
         in.read(&reader_t::read_amount, v, s.surge, most_surge_percent);
     }},
    {"unavailable",
     [](reader_t& in, value_t const& v, rollout_settings& s) {
         in.read(&reader_t::read_amount, v, s.unavailable, most_unavailable_percent);
     }},
    {"min_ready",
     [](reader_t& in, value_t const& v, rollout_settings& s) {
         in.read(&reader_t::read_duration, v, s.min_ready, milliseconds{0});
     }},
    {"progress_deadline",
     [](reader_t& in, value_t const& v, rollout_settings& s) {
         in.read_duration(v, s.progress_deadline, milliseconds{1});
     }},
};

void read_backoff(reader_t& in, value_t const& v, type_settings& s)
{
    backoff_settings backoff = s.backoff;
    in.read_table(v, backoff_rules, backoff);
    if (backoff.max < backoff.initial)
        in.refuse(v, "max must not be smaller than initial");
    else
        s.backoff = backoff;
}

void read_autoscale(reader_t& in, value_t const& v, type_settings& s)
{
    autoscale_settings rule;
    auto const has = [&](std::string_view key) {
        return std::any_of(v.members.begin(), v.members.end(),
                           [&](toml_member const& m) { return m.key == key; });
    };
    if (has("concurrency") && !has("cpu_percent"))
        rule.cpu_percent.reset();
    in.read_table(v, autoscale_rules, rule);
    if (v.value_kind != value_t::kind::table)
        return;
    if (!has("max"))
        in.refuse(v, "needs max");
    else if (rule.max < rule.min)
        in.refuse(v, "max must not be smaller than min");
    else
        s.autoscale = rule;
}

void read_after(reader_t& in, value_t const& v, type_settings& s)
{
    std::vector<std::string> types;
    if (!in.read_strings(v, types))
        return;
    if (!std::all_of(types.begin(), types.end(), valid_type))
        in.refuse(v, "must be an array of process types");
    else
        s.after = std::move(types);
}

void read_watch(reader_t& in, value_t const& v, type_settings& s)
{
    std::vector<std::string> patterns;
    if (!in.read_strings(v, patterns))
        return;
    if (auto const parsed = watch_patterns::parse(patterns); !parsed)
        in.refuse(v, "cannot be watched: " + parsed.error());
    else
        s.watch = std::move(patterns);
}

void read_umask(reader_t& in, value_t const& v, type_settings& s)
{
    in.read(&reader_t::read_mode, v, s.umask, std::string_view{"022"});
}

constexpr key_rule<type_settings> type_rules[] = {
    {"count",
     [](reader_t& in, value_t const& v, type_settings& s) {
         in.read(&reader_t::read_integer<int>, v, s.count, std::int64_t{0},
                 std::int64_t{max_count});
     }},
    {"stop_signal",
     [](reader_t& in, value_t const& v, type_settings& s) { in.read_signal(v, s.stop_signal); }},
    {"stop_timeout",
     [](reader_t& in, value_t const& v, type_settings& s) {
         in.read(&reader_t::read_duration, v, s.stop_timeout, milliseconds{0});
     }},
    {"restart",
     [](reader_t& in, value_t const& v, type_settings& s) {
         restart_policy policy{};
         if (in.read_enum(v, policy, restart_words))
             s.restart = policy;
     }},
    {"backoff", read_backoff},
    {"max_restarts", [](reader_t& in, value_t const& v,
                        type_settings& s) { in.read_integer(v, s.max_restarts, 0, any_int); }},
    {"after", read_after},
    {"cpu", [](reader_t& in, value_t const& v,
               type_settings& s) { in.read(&reader_t::read_number, v, s.cpu, 0.0, most_cores); }},
    {"limits", [](reader_t& in, value_t const& v,
                  type_settings& s) { in.read_table(v, limit_rules, s.limits); }},
    {"autoscale", read_autoscale},
    {"readiness", [](reader_t& in, value_t const& v,
                     type_settings& s) { read_probe(in, v, probe_kind::readiness, s.readiness); }},
    {"liveness", [](reader_t& in, value_t const& v,
                    type_settings& s) { read_probe(in, v, probe_kind::liveness, s.liveness); }},
    {"startup", [](reader_t& in, value_t const& v,
                   type_settings& s) { read_probe(in, v, probe_kind::startup, s.startup); }},
    {"tty", [](reader_t& in, value_t const& v,
               type_settings& s) { in.read(&reader_t::read_boolean, v, s.tty); }},
    {"watch", read_watch},
    {"env", [](reader_t& in, value_t const& v, type_settings& s) { in.read_variables(v, s.env); }},
    {"cwd", [](reader_t& in, value_t const& v,
               type_settings& s) { in.read(&reader_t::read_string, v, s.cwd); }},
    {"user", [](reader_t& in, value_t const& v,
                type_settings& s) { in.read(&reader_t::read_string, v, s.user); }},
    {"umask", read_umask},
    {"rollout", [](reader_t& in, value_t const& v,
                   type_settings& s) { in.read_table(v, rollout_rules, s.rollout); }},
    {"listen", read_listen},
    {"protocol", read_protocol},
    {"share", read_share},
    {"concurrency", read_concurrency},
    {"queue", read_queue},
    {"queue_timeout", [](reader_t& in, value_t const& v,
                         type_settings& s) { in.read_duration(v, s.front.queue_timeout); }},
    {"hold",
     [](reader_t& in, value_t const& v, type_settings& s) {
         in.read(&reader_t::read_duration, v, s.front.hold, milliseconds{0});
     }},
    {"drain",
     [](reader_t& in, value_t const& v, type_settings& s) {
         in.read(&reader_t::read_duration, v, s.front.drain, milliseconds{0});
     }},
    {"hosts", read_hosts},
};

} // namespace

void read_type_settings(config_reader& reader, toml_value const& table, type_settings& settings)
{
    reader.read_table(table, type_rules, settings);
}

} // namespace procfile
