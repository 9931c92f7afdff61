// Matches paths against a glob pattern in two layers, neither of which is exponential in the length
// of its input.
//
// Within a component, match_name() compares from left to right. At a mismatch it goes back to the
// latest `*` and lets that one take one character more. Going back to an earlier `*` could not
// help.
//
// Over the components, path_glob::match() runs an automaton. Its state is the set of places in the
// pattern that the components of the path so far can have led to. A `**` stays at its place or is
// skipped. At the end, the set shows whether the whole pattern is used up (`whole`), and whether
// more components could still fit (`below`). If the pattern was used up before the end of the path,
// the path lies within a directory that the pattern matches (`within`).
#include "procfile/path_glob.hpp"

#include <algorithm>
#include <optional>

namespace procfile {

namespace {

constexpr std::string_view any_depth = "**";
constexpr std::string_view wildcards = "*?[";

// The length in bytes of the UTF-8 character at the front of `s`, so that `?` matches a whole
// letter.
std::size_t character(std::string_view s)
{
    std::size_t n = 1;
    if (static_cast<unsigned char>(s.front()) >= 0xC0)
        while (n < s.size() && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80)
            ++n;
    return n;
}

// The result of comparing a byte with the bracket expression at the front of a pattern. Nothing
// when the bracket is never closed.
struct bracket {
    std::size_t size;
    bool matches;
};
std::optional<bracket> match_bracket(std::string_view pattern, unsigned char c)
{
    std::size_t i = 1;
    bool const negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    i += negated;
    bool found = false;
    for (std::size_t const first = i; i < pattern.size(); ++i) {
        if (pattern[i] == ']' && i > first)
            return bracket{i + 1, found != negated};
        auto const low = static_cast<unsigned char>(pattern[i]);
        bool const range = i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']';
        auto const high = range ? static_cast<unsigned char>(pattern[i + 2]) : low;
        found = found || (low <= c && c <= high);
        i += range ? 2 : 0;
    }
    return std::nullopt;
}

// Compares the first element of a pattern, which is not `*`, with the front of a name. Gives how
// many bytes of both it takes, or nothing when they do not match.
std::optional<std::pair<std::size_t, std::size_t>> step(std::string_view pattern,
                                                        std::string_view name)
{
    if (name.empty())
        return std::nullopt;
    if (pattern.front() == '?')
        return std::pair{std::size_t{1}, character(name)};
    if (pattern.front() == '[') {
        auto const b = match_bracket(pattern, static_cast<unsigned char>(name.front()));
        if (b)
            return b->matches ? std::optional(std::pair{b->size, std::size_t{1}}) : std::nullopt;
    }
    std::size_t const escape = pattern.front() == '\\' && pattern.size() > 1;
    if (pattern[escape] != name.front())
        return std::nullopt;
    return std::pair{escape + 1, std::size_t{1}};
}

// Matches one component. The only place to go back to is the latest `*`.
bool match_name(std::string_view pattern, std::string_view name, bool wild_dots)
{
    bool const wild = !pattern.empty() && wildcards.find(pattern.front()) != std::string_view::npos;
    if (!wild_dots && wild && name.starts_with('.'))
        return false;
    std::optional<std::pair<std::string_view, std::string_view>> back;
    while (!pattern.empty() || !name.empty()) {
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            back = {pattern, name};
            continue;
        }
        auto const taken = pattern.empty() ? std::nullopt : step(pattern, name);
        if (taken) {
            pattern.remove_prefix(taken->first);
            name.remove_prefix(taken->second);
        } else if (back && !back->second.empty()) {
            back->second.remove_prefix(1);
            pattern = back->first;
            name = back->second;
        } else {
            return false;
        }
    }
    return true;
}

std::string without_escapes(std::string_view component)
{
    std::string name;
    for (std::size_t i = 0; i < component.size(); ++i) {
        i += component[i] == '\\' && i + 1 < component.size();
        name += component[i];
    }
    return name;
}

std::string join(std::vector<std::string> const& parts)
{
    std::string path;
    for (std::size_t i = 0; i < parts.size(); ++i)
        path += (i ? "/" : "") + parts[i];
    if (parts.size() == 1 && parts.front().empty())
        return "/";
    return path.empty() ? "." : path;
}

} // namespace

bool is_wild(std::string_view component)
{
    for (std::size_t i = 0; i < component.size(); ++i) {
        if (component[i] == '\\')
            ++i;
        else if (wildcards.find(component[i]) != std::string_view::npos)
            return true;
    }
    return false;
}

std::string escaped(std::string_view name)
{
    std::string text;
    for (char const c : name) {
        if (std::string_view("*?[\\").find(c) != std::string_view::npos)
            text += '\\';
        text += c;
    }
    return text;
}

std::vector<std::string> split_path(std::string_view path)
{
    std::vector<std::string> parts;
    if (path.starts_with('/'))
        parts.emplace_back();
    while (!path.empty()) {
        auto const part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        bool const up = part == ".." && !parts.empty() && !parts.back().empty() &&
                        parts.back() != ".." && parts.back() != any_depth;
        if (up)
            parts.pop_back();
        else if (!part.empty() && part != ".")
            parts.emplace_back(part);
    }
    return parts;
}

bool brackets_closed(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '[') {
            auto const b = match_bracket(text.substr(i, text.find('/', i) - i), 'x');
            if (!b)
                return false;
            i += b->size - 1;
        }
    }
    return true;
}

// `at` and `next` are sets of places in the pattern: the places reached before and after the
// present component of the path. Place `end` means that the pattern is used up.
path_glob::reach path_glob::match(std::string_view path, hidden names) const
{
    auto const end = components_.size();
    std::vector<char> at(end + 1, 0), next(end + 1, 0);
    auto const skip = [&](std::vector<char>& places) { // `**` may stand for no directory
        for (std::size_t i = 0; i < end; ++i)
            if (places[i] && components_[i] == any_depth)
                places[i + 1] = 1;
    };
    at[0] = 1;
    skip(at);
    reach found;
    for (auto const& part : split_path(path)) {
        found.within = found.within || at[end];
        std::fill(next.begin(), next.end(), char{0});
        for (std::size_t i = 0; i < end; ++i) {
            if (!at[i])
                continue;
            bool const from_root = part.empty(); // the root of the file system
            if (from_root && names == hidden::matched && components_[i] == any_depth)
                next[i] = 1; // an exclusion that holds at any depth holds for absolute paths too
            if (from_root != components_[i].empty())
                continue;
            if (components_[i] == any_depth)
                next[i] = next[i] || names == hidden::matched || !part.starts_with('.');
            else if (match_name(components_[i], part, names == hidden::matched))
                next[i + 1] = 1;
        }
        at.swap(next);
        skip(at);
    }
    found.whole = at[end];
    found.below = std::find(at.begin(), at.end() - 1, char{1}) != at.end() - 1;
    return found;
}

std::string path_glob::base() const
{
    std::vector<std::string> names;
    for (auto const& component : components_) {
        if (is_wild(component) || names.size() + 1 == components_.size())
            break;
        names.push_back(without_escapes(component));
    }
    return join(names);
}

} // namespace procfile
