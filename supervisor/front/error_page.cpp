#include "supervisor/front/error_page.hpp"

#include "supervisor/core/escape_parser.hpp"
#include "supervisor/core/quoted_text.hpp"

#include <algorithm>

namespace procd::front {

namespace {

constexpr std::size_t most_lines = 30;
constexpr std::size_t longest_shown = 2000; // bytes of a line

constexpr std::string_view style = R"(
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
h1{font-size:1.5rem}dt{float:left;clear:left;width:8rem;opacity:.7}dd{margin:0 0 0 8rem}
pre{padding:1rem;border:1px solid #8888;border-radius:6px;overflow-x:auto;font-size:.85rem}
)";

// The text without the colours and movements that a terminal would obey.
std::string without_sequences(std::string_view line)
{
    std::string text;
    core::escape_parser parser;
    while (auto const token = parser.next(line))
        if (token->is == core::escape_parser::token::kind::text || token->bytes == "\t")
            text.append(token->bytes);
    return text;
}

// The text as HTML shows it. A tab stays one.
std::string html(std::string_view text)
{
    std::string out;
    for (bool first = true;; first = false) {
        auto const end = std::min(text.find('\t'), text.size());
        out.append(first ? "" : "\t");
        for (char const c : core::visible(text.substr(0, end))) {
            switch (c) {
            case '&':
                out.append("&amp;");
                break;
            case '<':
                out.append("&lt;");
                break;
            case '>':
                out.append("&gt;");
                break;
            case '"':
                out.append("&quot;");
                break;
            case '\'':
                out.append("&#39;");
                break;
            default:
                out.push_back(c);
            }
        }
        if (end == text.size())
            return out;
        text.remove_prefix(end + 1);
    }
}

void add_fact(std::string& page, std::string_view name, std::string_view value)
{
    if (!value.empty())
        page.append("<dt>").append(name).append("</dt><dd>").append(html(value)).append("</dd>\n");
}

// The first bytes of a long line. A character that is cut in two is left out.
std::string shortened(std::string line)
{
    if (line.size() <= longest_shown)
        return line;
    auto end = longest_shown;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
        --end;
    line.resize(end);
    return line + " …";
}

void add_lines(std::string& page, std::vector<std::string> const& lines)
{
    if (lines.empty())
        return;
    page.append("<pre>\n");
    auto const begin = lines.size() - std::min(lines.size(), most_lines);
    for (auto i = begin; i < lines.size(); ++i)
        page.append(html(shortened(without_sequences(lines[i])))).append("\n");
    page.append("</pre>\n");
}

void add_absence(std::string& page, absence const& absent)
{
    page.append("<dl>\n");
    add_fact(page, "state", absent.state);
    add_fact(page, "last exit", absent.exit);
    add_fact(page, "next attempt", absent.next_attempt);
    page.append("</dl>\n");
    add_lines(page, absent.lines);
    page.append("<p>This page loads itself again each second.</p>\n");
}

} // namespace

std::string_view reason_phrase(int status)
{
    struct phrase {
        int status;
        std::string_view words;
    };
    constexpr phrase phrases[] = {
        {400, "Bad Request"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {413, "Content Too Large"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    auto const* const found =
        std::find_if(std::begin(phrases), std::end(phrases),
                     [&](phrase const& each) { return each.status == status; });
    return found == std::end(phrases) ? std::string_view("Error") : found->words;
}

std::string error_page(int status, page_facts const& facts)
{
    bool const explains = !facts.absent.type.empty();
    auto const title = explains ? html(facts.absent.type) + " is not there"
                                : std::to_string(status) + " " + std::string(reason_phrase(status));
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    if (explains)
        page.append("<meta http-equiv=\"refresh\" content=\"1\">\n");
    page.append("<title>").append(title).append("</title>\n<style>").append(style);
    page.append("</style>\n</head>\n<body>\n<h1>").append(title).append("</h1>\n");
    if (!facts.why.empty())
        page.append("<p>").append(html(facts.why)).append("</p>\n");
    if (explains)
        add_absence(page, facts.absent);
    return page.append("</body>\n</html>\n");
}

} // namespace procd::front
