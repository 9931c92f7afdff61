// Reports events in directories. It uses libuv's file events (inotify on Linux) and offers a
// descriptor that any event loop can wait for.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <functional>
#include <memory>
#include <string>

namespace os {

// Watches directories, each under a key that the caller chooses.
class file_watcher {
public:
    // Something happened to `name` in the directory of this key. The name is empty if it happened
    // to the directory itself or if the name is unknown. `renamed` tells that the entry came, went
    // or was replaced, not just written to.
    using event =
        std::function<void(std::string const& key, std::string const& name, bool renamed)>;

    // Makes a watcher that calls this function for each event.
    static result<file_watcher> make(event on_event);
    file_watcher(file_watcher&&) noexcept;
    file_watcher& operator=(file_watcher&&) noexcept;
    ~file_watcher();

    // Watches a directory under a key, which may have stood for another one before. ENOSPC when the
    // user has no inotify watches left, EMFILE when there is no inotify instance left. libuv talks
    // to the kernel only while it runs, so dispatch() has to be called after a number of these
    // calls.
    result<void> add(std::string const& key, std::string const& path);
    // Ends the watch of a key, if there is one.
    void remove(std::string const& key);

    // A new descriptor that is readable while dispatch() has events to report.
    result<unique_fd> descriptor() const;
    // Calls the function for all events that have happened. It may be called at any time. The
    // function must not call the watcher.
    void dispatch();

private:
    struct loop;
    explicit file_watcher(std::unique_ptr<loop> l);
    std::unique_ptr<loop> loop_;
};

} // namespace os
