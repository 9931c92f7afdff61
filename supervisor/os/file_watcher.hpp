// Tells when something happens in a directory: libuv's file events (inotify on Linux), hung on a
// descriptor that any event loop can wait for.
#pragma once

#include "supervisor/os/result.hpp"
#include "supervisor/os/unique_fd.hpp"

#include <functional>
#include <memory>
#include <string>

namespace os {

class file_watcher {
public:
    // Something happened to `name` in the directory of this key; "": to the directory itself, or
    // nobody knows to what. `renamed`: it came, went or was replaced, rather than written to.
    using event =
        std::function<void(std::string const& key, std::string const& name, bool renamed)>;

    static result<file_watcher> make(event on_event);
    file_watcher(file_watcher&&) noexcept;
    file_watcher& operator=(file_watcher&&) noexcept;
    ~file_watcher();

    // Watches a directory under a key, in place of what the key stood for. ENOSPC where the user
    // has no inotify watch left, EMFILE where no instance is. dispatch() has to be called after any
    // number of these, for libuv speaks to the kernel only while it runs.
    result<void> add(std::string const& key, std::string const& path);
    void remove(std::string const& key);

    // A descriptor of the caller's own, readable while dispatch() has something to tell.
    result<unique_fd> descriptor() const;
    // Calls the function for every event there is; may be called any time. The function may not
    // call back.
    void dispatch();

private:
    struct loop;
    explicit file_watcher(std::unique_ptr<loop> l);
    std::unique_ptr<loop> loop_;
};

} // namespace os
