// Calls that change something and are waited for.
#pragma once

#include "supervisor/ctl/command.hpp"
#include "supervisor/ctl/progress.hpp"

namespace ctl {

struct goal {
    std::string_view method = "POST";
    std::string target;
    std::optional<std::string> body = {};
    std::string title; // "Deleting web.2 from shop... "
    progress_line::style style = progress_line::style::inlined;
    // What a release changes is printed below the title.
    bool shows_changes = false;
};

// Sends it, shows how it goes, and returns when it is done; a failure when it did not work out.
// With --json the last object procd sends is printed.
void carry_out(context& c, goal const& g);
// Sends it and does not wait for it to be done.
void carry_out_without_waiting(context& c, goal const& g);

// The table of `ps`, as it is now; of one type only, or of all.
void print_processes(context& c, std::optional<std::string> const& type, bool wide);

// "web,worker.1", encoded for a target.
std::string encoded_list(std::vector<std::string> const& names);
// "web.1, web.2 and worker".
std::string spoken_list(std::vector<std::string> const& names);

} // namespace ctl
