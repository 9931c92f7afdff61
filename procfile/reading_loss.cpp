#include "procfile/reading_loss.hpp"

#include "procfile/procfile.hpp"
#include "procfile/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace procfile {

namespace {

using optional_text = std::optional<app_files::text>;

// The file of a warning, and the text of its line. Numbers of lines, which messages may name too,
// change when lines above come or go.
using warned_line = std::pair<std::string, std::string>;

std::string_view content_of(app_files const& files, std::string const& name)
{
    for (optional_text const* file :
         {&files.procfile, &files.dockerfile, &files.package_json, &files.config})
        if (*file && (*file)->name == name)
            return (*file)->content;
    for (app_files::text const& file : files.env_files)
        if (file.name == name)
            return file.content;
    return {};
}

warned_line key_of(diagnostic const& warning, app_files const& files)
{
    auto const line = text::line(content_of(files, warning.file), warning.line);
    return {warning.file, std::string{line.value_or("")}};
}

diagnostic gone(std::string const& name)
{
    return {severity::warning, name, 0, 0, "was read before, and is not there now"};
}

// True when procd takes a type from a Dockerfile or package.json, because the Procfile has none.
bool may_imply(app_files const& files)
{
    return !files.procfile || only_release(parse(files.procfile->content, files.procfile->name));
}

bool implied_by_dockerfile(app_files const& files)
{
    return files.dockerfile && may_imply(files) &&
           implied_from_dockerfile(files.dockerfile->content, files.dockerfile->name).web;
}

void add_lost_files(app_files const& before, app_files const& after, std::vector<diagnostic>& lost)
{
    if (before.procfile && !after.procfile)
        lost.push_back(gone(before.procfile->name));
    if (implied_by_dockerfile(before) && !after.dockerfile && may_imply(after))
        lost.push_back(gone(before.dockerfile->name));
    if (before.config && !after.config)
        lost.push_back(gone(before.config->name));
    // A file that the command line or procd.toml names has to be there. So only the `.env` that is
    // read without being named can be lost.
    auto const is_implied = [](app_files::text const& file) { return file.name == ".env"; };
    bool const had = std::any_of(before.env_files.begin(), before.env_files.end(), is_implied);
    bool const named =
        after.config && parse_config(after.config->content, after.config->name).value.env_files;
    if (had && after.env_files.empty() && !named)
        lost.push_back(gone(".env"));
}

} // namespace

std::vector<diagnostic> reading_loss(app_files const& before, app_files const& after)
{
    std::multiset<warned_line> known;
    for (diagnostic const& finding : merge(before).diagnostics)
        if (finding.level == severity::warning)
            known.insert(key_of(finding, before));
    std::vector<diagnostic> lost;
    for (diagnostic const& finding : merge(after).diagnostics) {
        if (finding.level != severity::warning)
            continue;
        if (auto const same = known.find(key_of(finding, after)); same != known.end())
            known.erase(same);
        else
            lost.push_back(finding);
    }
    add_lost_files(before, after, lost);
    return lost;
}

} // namespace procfile
