// Where an app is: its root, and the directory that outlives a deploy.
#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace procd::app {

// A root may be given as a link called `current`, which a deploy moves from one release directory
// to the next (Capistrano, Deployer). Then the home is the directory that holds the link. Otherwise
// the home is the root.
struct home {
    std::string root;      // absolute, without links
    std::string directory; // the home; absolute, without links
    bool by_current_link = false;
};
// `named` is the root as the user gave it. A relative path begins at $PWD if that is right, so that
// a link in $PWD counts.
boost::system::result<home> find_home(std::string const& named);

} // namespace procd::app
