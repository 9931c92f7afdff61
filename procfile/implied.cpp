#include "procfile/implied.hpp"

#include "procfile/dockerfile.hpp"
#include "procfile/procfile.hpp"
#include "procfile/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>

#include <algorithm>
#include <map>

namespace procfile {

namespace {

// The result of one stage of a Dockerfile. A later stage that builds on it starts from these
// values.
struct stage {
    std::optional<std::string> command;
    unsigned line = 0;
    std::map<std::string, std::string> env;
    // WORKDIR, relative to the app's root. Absent when it is outside of the root or has a variable.
    std::optional<std::string> directory = "";
};

std::string quoted(std::string_view word, bool first)
{
    bool const plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return text::is_letter(c) || text::is_digit(c) ||
               std::string_view{"_-./+,:@%"}.find(c) != std::string_view::npos;
    });
    // shell_line() puts no `exec` before a keyword or builtin, so such a first word is quoted too.
    if (plain && !(first && shell_line(word) == word))
        return std::string{word};
    std::string out = "'";
    for (char const c : word)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

// The command line for a shell that the arguments of CMD mean. A JSON array of strings is the exec
// form, everything else is the shell form. An empty CMD gives nothing.
std::optional<std::string> command_of(std::string_view arguments)
{
    boost::system::error_code error;
    boost::json::value const json = boost::json::parse(arguments, error);
    boost::json::array const* const array = error ? nullptr : json.if_array();
    bool const exec_form =
        array && std::all_of(array->begin(), array->end(), [](auto const& item) {
            return item.is_string() && item.get_string().find('\0') == boost::json::string::npos;
        });
    if (!exec_form && (arguments.empty() || arguments.find('\0') != std::string_view::npos))
        return std::nullopt;
    if (!exec_form)
        return std::string{arguments};
    std::string command;
    for (boost::json::value const& item : *array) {
        bool const first = command.empty();
        command += (first ? "" : " ") + quoted(std::string_view{item.get_string()}, first);
    }
    return command.empty() ? std::nullopt : std::optional{command};
}

// The working directory after `WORKDIR path` in `directory`. Nothing when it becomes absolute,
// leaves the app's root or has a variable in it.
std::optional<std::string> workdir(std::optional<std::string> const& directory,
                                   std::string_view path)
{
    if (path.size() > 1 && (path.front() == '"' || path.front() == '\'') &&
        path.back() == path.front())
        path = path.substr(1, path.size() - 2);
    if (!directory || path.substr(0, 1) == "/" ||
        path.find_first_of(std::string_view{"$\0", 2}) != std::string_view::npos)
        return std::nullopt;
    std::string result = *directory;
    while (!path.empty()) {
        std::size_t const end = std::min(path.find('/'), path.size());
        std::string_view const part = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (part.empty() || part == ".")
            continue;
        if (part == ".." && result.empty())
            return std::nullopt;
        if (part == "..")
            result.erase(result.rfind('/') == std::string::npos ? 0 : result.rfind('/'));
        else
            result += (result.empty() ? "" : "/") + std::string{part};
    }
    return result;
}

// The two names in `FROM [--platform=P] BASE [AS NAME]`, in lower case. The name is empty without
// AS.
struct from_clause {
    std::string base, name;
};

from_clause parse_from(std::string_view arguments)
{
    std::vector<std::string> words;
    while (!(arguments = text::trim(arguments)).empty()) {
        std::size_t const end = std::min(arguments.find_first_of(" \t"), arguments.size());
        std::string word;
        for (char const c : arguments.substr(0, end))
            word += text::to_lower(c);
        arguments.remove_prefix(end);
        if (word.substr(0, 2) != "--")
            words.push_back(std::move(word));
    }
    from_clause from;
    from.base = words.empty() ? "" : words[0];
    from.name = words.size() == 3 && words[1] == "as" ? words[2] : "";
    return from;
}

std::pair<unsigned, unsigned> line_and_column(std::string_view text, std::size_t offset)
{
    text = text.substr(0, offset);
    auto const newlines = std::count(text.begin(), text.end(), '\n');
    std::size_t const last = text.rfind('\n');
    std::size_t const column = last == std::string_view::npos ? offset + 1 : offset - last;
    return {static_cast<unsigned>(newlines + 1), static_cast<unsigned>(column)};
}

} // namespace

parsed_implied implied_from_dockerfile(std::string_view text, std::string const& file)
{
    parsed_implied result;
    std::map<std::string, stage> stages;
    stage current;
    std::string name;
    auto const note = [&](instruction const& in, std::string message) {
        result.diagnostics.push_back({severity::note, file, in.line, 1, std::move(message), true});
    };
    for (instruction const& in : dockerfile_instructions(text)) {
        if (in.keyword == "FROM") {
            from_clause const from = parse_from(in.arguments);
            if (!name.empty())
                stages[name] = current;
            auto const base = stages.find(from.base);
            current = base == stages.end() ? stage{} : base->second;
            name = from.name;
            result.diagnostics.clear();
        } else if (in.keyword == "CMD") {
            current.command = command_of(in.arguments);
            current.line = in.line;
        } else if (in.keyword == "ENTRYPOINT") {
            note(in, "ENTRYPOINT is not used; the web type is CMD alone");
        } else if (in.keyword == "WORKDIR") {
            current.directory = workdir(current.directory, in.arguments);
        } else if (in.keyword == "ENV") {
            for (auto& [key, value] : dockerfile_env(in.arguments)) {
                if (value.find('$') != std::string::npos)
                    note(in, "the '$' in the value of " + key + " is kept as it is");
                current.env[key] = std::move(value);
            }
        }
    }
    if (!current.command) {
        result.diagnostics.clear();
        return result;
    }
    implied_type web{*current.command, "Dockerfile CMD", current.line, std::move(current.env), {}};
    if (current.directory && !current.directory->empty())
        web.cwd = std::move(*current.directory);
    result.web = std::move(web);
    return result;
}

parsed_implied implied_from_package_json(std::string_view text, std::string const& file)
{
    parsed_implied result;
    std::string_view const json = text::without_bom(text);
    boost::json::parser parser;
    boost::system::error_code error;
    std::size_t const read = parser.write(json.data(), json.size(), error);
    if (error) {
        auto const [line, column] = line_and_column(json, read);
        result.diagnostics.push_back(
            {severity::warning, file, line, column, "no JSON: " + error.message()});
        return result;
    }
    boost::json::value const root = parser.release();
    boost::json::object const* const object = root.if_object();
    boost::json::value const* const scripts = object ? object->if_contains("scripts") : nullptr;
    boost::json::object const* const table = scripts ? scripts->if_object() : nullptr;
    boost::json::value const* const start = table ? table->if_contains("start") : nullptr;
    if (start && start->is_string() && !text::trim(std::string_view{start->get_string()}).empty())
        result.web = implied_type{"npm start", "package.json scripts.start", 0, {}, {}};
    return result;
}

} // namespace procfile
