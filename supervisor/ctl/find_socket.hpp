// Where procctl looks for its procd.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

// What the search goes by.
struct search {
    std::optional<std::string> socket;      // --socket
    std::optional<std::string> app;         // --app
    std::optional<std::string> environment; // $PROCD_SOCKET
    std::optional<std::string> runtime;     // $XDG_RUNTIME_DIR
    std::string directory;                  // where we are, without links
    unsigned uid = 0;                       // who we are
    // The owner of a file or directory; nothing when there is none.
    std::function<std::optional<unsigned>(std::string const& path)> owner;
};

struct search_result {
    std::optional<std::string> path; // where to connect
    // What was looked at, in words, when there is none.
    std::string looked_for;
    bool refused = false; // there is one, but it is another user's; looked_for says so
};

// What the user names decides (--socket, then --app, then $PROCD_SOCKET). An app's is
// procd/NAME/procd.sock in $XDG_RUNTIME_DIR if it is there, else in /run. With nothing named, the
// nearest .procd/procd.sock of this directory and its parents, up to the first that belongs to
// neither us nor root, or that has another user's state directory, whose inside we cannot see.
search_result find_socket(search const& s);

} // namespace ctl
