// The decisions of a start: which of the command line, the files and the kept state gives a type's
// count, rule and release number, and whether the files are a new release. Each function takes the
// facts as enums and is a table; release/start_point gathers the facts and acts on the answers.
#pragma once

#include "supervisor/core/kept_state.hpp"

#include <optional>

namespace core::start {

// `present`: the kept state knows the type. `procd up` keeps nothing.
enum class kept { absent, present };

// The counts of the command line, against those that it gave when the state was kept.
enum class command_line { silent, same, changed };
// The difference of two texts; without a kept state every text is new.
command_line compare(std::optional<std::string> const& given, kept_state const* before);

// `count` of the type in procd.toml, against the release that ran. `absent` is also a count that
// was taken out of the file.
enum class file_count { absent, same, changed };
// `known_before`: the release that ran has the type. Otherwise its count is no change.
enum class known_before { no, yes };
file_count compare(std::optional<int> now, std::optional<int> before, known_before type);

// Who decides how many processes a type starts with.
enum class count_source { command_line, kept, file, verb };
count_source count_from(command_line given, kept state, file_count file);

// Who decides a type's autoscale rule.
enum class file_rule { same, changed };
enum class rule_source { kept, file };
rule_source rule_from(kept state, file_rule file);

// A type as it starts. `fresh` has the count and the rule that the command line, the file or the
// verb gives; all else of a type comes from the kept state.
kept_type merge(kept_type fresh, kept_type const* before, count_source count, rule_source rule);

// `usable`: the release that ran is at hand and can still be run.
enum class kept_release { absent, usable };
// `same`: the files are the ones that were read last.
enum class last_read { other, same };
// How the files differ from the release that ran. `no_app`: they do not make an app.
enum class difference { not_compared, none, some, no_app };

// How the files relate to the kept releases.
enum class standing {
    first,       // nothing was kept: they make the first release
    new_release, // they make the next release
    read_last,   // they were read before, and then failed or were rolled back: the kept one goes on
    same_release, // they make the kept release again, which goes on under its number
};
standing stand(kept state, kept_release ran, last_read last, difference files);
// Tells whether the release that starts is one that was not kept.
bool is_new(standing files);

// The numbers of the release that ran, of the newest one, and of the one whose files were read
// last. For an answer the first number is that of the release that starts.
struct numbers {
    int release = 1, newest = 1, read = 1;
    bool operator==(numbers const&) const = default;
};
numbers number(standing files, numbers before);

// The release that a type has: the kept one that changed it last, or the one that starts.
enum class type_change { none, needs_restart };
enum class release_source { kept, starting };
release_source release_from(kept state, kept_release ran, standing files, type_change type);

} // namespace core::start
