#include "supervisor/core/start_table.hpp"

#include <algorithm>
#include <utility>

namespace core::start {

command_line compare(std::optional<std::string> const& given, kept_state const* before)
{
    if (!given)
        return command_line::silent;
    bool const same = before != nullptr && (before->formation == given || before->formation_lost);
    return same ? command_line::same : command_line::changed;
}

file_count compare(std::optional<int> now, std::optional<int> before, known_before type)
{
    if (!now)
        return file_count::absent;
    return type == known_before::yes && now != before ? file_count::changed : file_count::same;
}

// Of file and command the last change wins, and the kept state is a command's.
count_source count_from(command_line given, kept state, file_count file)
{
    bool const counts =
        state == kept::absent || given == command_line::changed || file == file_count::changed;
    if (!counts)
        return count_source::kept;
    if (given != command_line::silent)
        return count_source::command_line;
    return file == file_count::absent ? count_source::verb : count_source::file;
}

rule_source rule_from(kept state, file_rule file)
{
    return state == kept::absent || file == file_rule::changed ? rule_source::file
                                                               : rule_source::kept;
}

kept_type merge(kept_type fresh, kept_type const* before, count_source count, rule_source rule)
{
    if (before == nullptr)
        return fresh;
    auto merged = *before;
    if (count != count_source::kept)
        merged.wanted = fresh.wanted;
    if (rule != rule_source::kept)
        merged.rule = std::move(fresh.rule);
    return merged;
}

standing stand(kept state, kept_release ran, last_read last, difference files)
{
    if (state == kept::absent)
        return standing::first;
    if (ran == kept_release::absent)
        return standing::new_release;
    if (last == last_read::same)
        return standing::read_last;
    return files == difference::none ? standing::same_release : standing::new_release;
}

bool is_new(standing files)
{
    return files == standing::first || files == standing::new_release;
}

numbers number(standing files, numbers before)
{
    int const next = before.newest + 1;
    int const newest = std::max(before.newest, before.release);
    switch (files) {
    case standing::first:
        return {};
    case standing::new_release:
        return {next, next, next};
    case standing::read_last:
        return {before.release, newest, before.read};
    case standing::same_release:
        return {before.release, newest, before.release};
    }
    return {};
}

release_source release_from(kept state, kept_release ran, standing files, type_change type)
{
    bool const goes_on = !is_new(files) || type == type_change::none;
    return state == kept::present && ran == kept_release::usable && goes_on
               ? release_source::kept
               : release_source::starting;
}

} // namespace core::start
