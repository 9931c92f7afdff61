#include "procfile/diagnostic.hpp"

#include "procfile/text.hpp"

#include <algorithm>
#include <cstdlib>

namespace procfile {

namespace {

constexpr std::size_t widest = 120;      // columns of a source line that render() shows
constexpr std::size_t longest_word = 64; // that closest() compares
constexpr std::string_view indent = "    ";

// One column on the screen: the bytes shown in it, and their offset in the line.
struct cell {
    std::string_view shown;
    std::size_t offset;
};

std::vector<cell> cells_of(std::string_view line)
{
    std::vector<cell> cells;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t const length = line[at] == '\t' ? 1 : text::printable_length(line.substr(at));
        cells.push_back({length == 0 ? std::string_view{"?"} : line.substr(at, length), at});
        at += std::max<std::size_t>(length, 1);
    }
    return cells;
}

std::string printable(std::string_view s)
{
    std::string out;
    for (cell const& c : cells_of(s))
        out += c.shown == "\t" ? "?" : c.shown;
    return out;
}

// The source line, cut to a width that fits, and the line with the caret.
std::string excerpt(std::string_view line, unsigned column)
{
    std::vector<cell> const cells = cells_of(line);
    std::size_t caret = 0; // the index of the cell that has the column, at most one past the last
    while (caret < cells.size() && cells[caret].offset + cells[caret].shown.size() < column)
        ++caret;

    std::size_t first = 0, last = cells.size();
    if (cells.size() > widest) {
        constexpr std::size_t room = widest - 6; // "..." at both ends
        first = std::min(caret > room / 2 ? caret - room / 2 : 0, cells.size() - room);
        last = first + room;
    }
    std::string shown{indent}, below{indent};
    if (first > 0) {
        shown += "...";
        below += "   ";
    }
    for (std::size_t i = first; i < last; ++i) {
        shown += cells[i].shown;
        if (i < caret)
            below += cells[i].shown == "\t" ? '\t' : ' ';
    }
    if (last < cells.size())
        shown += "...";
    shown += '\n';
    return column == 0 ? shown : shown + below + "^\n";
}

// The optimal string alignment distance of two words (Damerau-Levenshtein without a second edit of
// the same letters), without regard to case. `before`, `above` and `row` are the last three rows of
// its table. A distance of more than `limit` may be given as limit + 1.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit)
{
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit)
        return limit + 1;
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    auto const same = [&](std::size_t i, std::size_t j) {
        return text::to_lower(a[i]) == text::to_lower(b[j]);
    };
    for (std::size_t i = 0; i < a.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] = std::min({row[j] + 1, above[j + 1] + 1, above[j] + (same(i, j) ? 0 : 1)});
            if (i > 0 && j > 0 && same(i, j - 1) && same(i - 1, j))
                row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

} // namespace

std::string_view to_string(severity level)
{
    switch (level) {
    case severity::note:
        return "note";
    case severity::warning:
        return "warning";
    case severity::error:
        return "error";
    }
    std::abort();
}

std::string render(diagnostic const& finding, std::string_view text)
{
    std::string out;
    if (!finding.file.empty()) {
        out += printable(finding.file) + ':';
        if (finding.line != 0)
            out += std::to_string(finding.line) + ':';
        if (finding.line != 0 && finding.column != 0)
            out += std::to_string(finding.column) + ':';
        out += ' ';
    }
    out += std::string{to_string(finding.level)} + ": " + printable(finding.message) + '\n';
    std::optional<std::string_view> const line = text::line(text, finding.line);
    if (!line)
        return out;
    return out +
           excerpt(finding.secret ? without_values(*line) : std::string{*line}, finding.column);
}

std::string without_values(std::string_view line)
{
    std::size_t at = text::skip_blanks(line);
    if (line.substr(at, 6) == "export" && at + 6 < line.size() && text::is_blank(line[at + 6]))
        at = text::skip_blanks(line, at + 6);
    while (at < line.size() && (text::is_letter(line[at]) || text::is_digit(line[at]) ||
                                line[at] == '_' || line[at] == '.'))
        ++at;
    std::size_t const equals = text::skip_blanks(line, at);
    bool const has_key = equals < line.size() && line[equals] == '=';
    std::string out{line};
    for (std::size_t i = has_key ? equals + 1 : 0; i < out.size(); ++i)
        if (text::is_letter(out[i]) || text::is_digit(out[i]) ||
            static_cast<unsigned char>(out[i]) >= 0x80)
            out[i] = '*';
    return out;
}

bool has_error(std::span<diagnostic const> findings)
{
    return std::any_of(findings.begin(), findings.end(),
                       [](diagnostic const& d) { return d.level == severity::error; });
}

std::optional<std::string> closest(std::string_view word, std::span<std::string const> candidates)
{
    if (word.size() > longest_word)
        return std::nullopt;
    std::size_t const limit = std::max<std::size_t>(1, word.size() / 3);
    std::size_t nearest = limit + 1;
    std::string const* found = nullptr;
    for (std::string const& candidate : candidates) {
        std::size_t const d = distance(word, candidate, limit);
        if (d < nearest) {
            nearest = d;
            found = &candidate;
        }
    }
    return found ? std::optional{*found} : std::nullopt;
}

std::string did_you_mean(std::string_view word, std::span<std::string const> candidates)
{
    std::optional<std::string> const near = closest(word, candidates);
    return near ? " (did you mean '" + *near + "'?)" : "";
}

} // namespace procfile
