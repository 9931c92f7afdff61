// Requests that change something, and waiting until the change is complete.
#pragma once

#include "supervisor/ctl/command.hpp"
#include "supervisor/ctl/progress.hpp"
#include "supervisor/ctl/views.hpp"

namespace ctl {

struct goal {
    std::string_view method = "POST";
    std::string target;
    std::optional<std::string> body = {};
    std::string title; // "Deleting web.2 from shop... "
    progress_line::style style = progress_line::style::inlined;
    // True when the changes of the release are printed below the title.
    bool shows_changes = false;
    // True when procd's last words are printed below the title when all has gone well.
    bool shows_message = false;
};

// Sends the request, shows the progress, and returns when procd has reached the goal. A goal that
// is missed is a failure. With --json the last object that procd sends is printed.
void carry_out(context& c, goal const& g);
// Sends the request and does not wait for the goal.
void carry_out_without_waiting(context& c, goal const& g);

// Prints the table of `ps` for the processes of one type, or of all types.
void print_processes(context& c, std::optional<std::string> const& type, columns shown);

// The names as part of a target: "web,worker.1".
std::string encoded_list(std::vector<std::string> const& names);
// The names as part of a sentence: "web.1, web.2 and worker".
std::string spoken_list(std::vector<std::string> const& names);

} // namespace ctl
