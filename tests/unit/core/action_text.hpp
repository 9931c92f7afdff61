// Prints lifecycle actions as words in failed checks.
#pragma once

#include "procfile/config.hpp"
#include "supervisor/core/lifecycle.hpp"
#include "tests/fixtures/catch.hpp"

#include <string>

inline std::string text_of(core::action const& a)
{
    if (std::holds_alternative<core::spawn>(a))
        return "spawn";
    if (auto const* s = std::get_if<core::signal_group>(&a))
        return "signal_group{" + procfile::signal_name(s->number) + "}";
    if (auto const* s = std::get_if<core::signal_survivors>(&a))
        return "signal_survivors{" + procfile::signal_name(s->number) + "}";
    if (std::holds_alternative<core::kill_tree>(a))
        return "kill_tree";
    if (std::holds_alternative<core::close_output>(a))
        return "close_output";
    if (std::holds_alternative<core::abandon>(a))
        return "abandon";
    if (auto const* w = std::get_if<core::wait_until>(&a))
        return w->deadline
                   ? "wait_until{" +
                         std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                            w->deadline->time_since_epoch())
                                            .count()) +
                         "ms}"
                   : "wait_until{}";
    return "finished";
}

namespace Catch {
template <>
struct StringMaker<core::action> {
    static std::string convert(core::action const& a) { return text_of(a); }
};
template <>
struct StringMaker<core::process_state> {
    static std::string convert(core::process_state s) { return std::string(core::to_string(s)); }
};
} // namespace Catch
