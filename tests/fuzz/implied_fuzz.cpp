// Parses any text as a Dockerfile and as a package.json: the command that it implies can be run.
#include "procfile/env_file.hpp"
#include "procfile/implied.hpp"
#include "tests/fuzz/require.hpp"

using namespace procfile;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text = fuzz::text(data, size);
    parsed_implied const docker = implied_from_dockerfile(text, "Dockerfile");
    if (docker.web) {
        fuzz::require(!docker.web->command.empty() && docker.web->line > 0);
        fuzz::require(docker.web->command.find('\0') == std::string::npos);
        for (auto const& [key, value] : docker.web->env)
            fuzz::require(valid_key(key) && value.find('\0') == std::string::npos);
        std::string const cwd = docker.web->cwd.value_or("x");
        fuzz::require(!cwd.empty() && cwd[0] != '/' && cwd.substr(0, 3) != "../");
    }
    parsed_implied const package = implied_from_package_json(text, "package.json");
    fuzz::require(!package.web || package.web->command == "npm start");
    fuzz::check_findings(docker.diagnostics, text);
    fuzz::check_findings(package.diagnostics, text);
    return 0;
}
