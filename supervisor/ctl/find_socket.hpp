// The search for the socket of procd.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

// Everything that decides where to look.
struct search {
    std::optional<std::string> socket;      // --socket
    std::optional<std::string> app;         // --app
    std::optional<std::string> environment; // $PROCD_SOCKET
    std::optional<std::string> runtime;     // $XDG_RUNTIME_DIR
    std::string directory;                  // the working directory, without symbolic links
    std::string by_name;                    // the same by $PWD, with links; empty: as above
    unsigned uid = 0;                       // our own user
    // Returns the owner of a file or directory; nothing when there is no such file.
    std::function<std::optional<unsigned>(std::string const& path)> owner;
    // Returns the names in a directory; none when it cannot be read.
    std::function<std::vector<std::string>(std::string const& path)> list;
    // Returns the end of the name of a directory's fall-back state directory
    // (core::fallback_suffix); nothing when there is no such directory.
    std::function<std::optional<std::string>(std::string const& path)> suffix;
    // Asks the procd behind a socket for its root; nothing when it does not say.
    std::function<std::optional<std::string>(std::string const& socket)> root_of;
};

struct search_result {
    std::optional<std::string> path; // where to connect
    // Without a path, this says in words where the search looked.
    std::string looked_for;
    bool refused = false; // a socket is there, but it is another user's; looked_for says so
};

// A socket or an app that the user names decides: --socket, then --app, then $PROCD_SOCKET. The
// socket of an app is procd/NAME/procd.sock in $XDG_RUNTIME_DIR if it is there, else in /run.
//
// Without any of these the nearest .procd/procd.sock in this directory or a parent is taken. The
// search upward ends at a directory that belongs to neither us nor root, and at one with the state
// directory of another user, which we cannot look into. root goes on: it takes a state directory of
// another user in its working directory, and above that where the directory is that user's, too.
//
// Then the fall-back directories of the same directories are tried, and at last the procds of
// units: one whose root is among these directories is taken.
search_result find_socket(search const& s);

} // namespace ctl
