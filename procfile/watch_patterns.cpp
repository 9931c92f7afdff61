#include "procfile/watch_patterns.hpp"

#include <algorithm>

namespace procfile {

namespace {

using boost::system::result;

constexpr std::string_view any_directories = "**";
constexpr std::size_t most_alternatives = 1000;
constexpr std::size_t longest = 4096; // PATH_MAX: no path on Linux is longer

// Expands the alternatives in braces: a{b,c{d,e}}f becomes abf, acdf and acef. Expands the
// outermost braces first, and the result again. False when a brace is never closed, or when there
// are too many alternatives: `left` is how many calls are still allowed.
bool expand(std::string const& text, std::vector<std::string>& into, std::size_t& left)
{
    if (left == 0)
        return false;
    --left;
    std::size_t open = std::string::npos, depth = 0;
    std::vector<std::size_t> marks; // behind the outermost '{', behind each ',' and behind the '}'
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '{') {
            if (depth++ == 0) {
                open = i;
                marks = {i + 1};
            }
        } else if (text[i] == ',' && depth == 1) {
            marks.push_back(i + 1);
        } else if (text[i] == '}' && depth > 0 && --depth == 0) {
            marks.push_back(i + 1);
            for (std::size_t m = 0; m + 1 < marks.size(); ++m) {
                auto const choice = text.substr(marks[m], marks[m + 1] - 1 - marks[m]);
                if (!expand(text.substr(0, open) + choice + text.substr(i + 1), into, left))
                    return false;
            }
            return true;
        }
    }
    if (depth > 0)
        return false;
    into.push_back(text);
    return true;
}

} // namespace

result<watch_patterns, std::string> watch_patterns::parse(std::vector<std::string> const& patterns)
{
    watch_patterns made;
    for (auto const& text : patterns) {
        bool const out = text.starts_with('!');
        auto const body = text.substr(out ? 1 : 0);
        std::vector<std::string> plain;
        if (body.size() > longest)
            return "a pattern is longer than any path can be";
        if (!brackets_closed(body))
            return "'" + text + "': a '[' is never closed; \\[ is the character itself";
        std::size_t work = most_alternatives;
        if (!expand(body, plain, work))
            return "'" + text + "': a '{' is never closed, or stands for too many names";
        for (auto const& one : plain) {
            if (one.empty() || split_path(one) == split_path("/"))
                return "'" + text + "' names no file or directory of an app";
            auto parts = split_path(one);
            if (out && parts.size() == 1)
                parts.insert(parts.begin(), std::string(any_directories));
            else if (!out && std::none_of(parts.begin(), parts.end(), is_wild))
                parts.emplace_back(any_directories); // everything below, in case it is a directory
            (out ? made.left_out_ : made.wanted_).emplace_back(std::move(parts));
        }
    }
    if (made.wanted_.empty() && !made.left_out_.empty())
        return std::string("every pattern begins with '!', so nothing would be watched");
    return made;
}

watch_patterns watch_patterns::files(std::vector<std::string> const& paths)
{
    watch_patterns made;
    for (auto const& path : paths) {
        auto parts = split_path(path);
        for (auto& part : parts)
            part = escaped(part);
        made.wanted_.emplace_back(std::move(parts));
    }
    return made;
}

std::vector<std::string> watch_patterns::bases() const
{
    std::vector<std::string> all;
    for (auto const& glob : wanted_)
        all.push_back(glob.base());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<std::string> outermost;
    for (auto const& path : all) {
        bool const inside = std::any_of(all.begin(), all.end(), [&](auto const& other) {
            return path != other && (other == "/"   ? path.starts_with('/')
                                     : other == "." ? !path.starts_with('/') && path != ".." &&
                                                          !path.starts_with("../")
                                                    : path.starts_with(other + '/'));
        });
        if (!inside)
            outermost.push_back(path);
    }
    return outermost;
}

bool watch_patterns::left_out(std::string_view path) const
{
    return std::any_of(left_out_.begin(), left_out_.end(), [&](auto const& glob) {
        auto const r = glob.match(path, path_glob::hidden::matched);
        return r.whole || r.within;
    });
}

bool watch_patterns::covers(std::string_view path) const
{
    bool const wanted = std::any_of(wanted_.begin(), wanted_.end(), [&](auto const& glob) {
        return glob.match(path, path_glob::hidden::left_out).whole;
    });
    return wanted && !left_out(path);
}

bool watch_patterns::enters(std::string_view directory) const
{
    bool const wanted = std::any_of(wanted_.begin(), wanted_.end(), [&](auto const& glob) {
        return glob.match(directory, path_glob::hidden::left_out).below;
    });
    return wanted && !left_out(directory);
}

} // namespace procfile
