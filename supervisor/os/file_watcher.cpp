// libuv has an event loop of its own. Here it never waits:
//
// 1. descriptor() gives the caller a copy of the loop's epoll descriptor, which becomes readable
//    when inotify has events.
// 2. When it is readable, the caller calls dispatch(). That runs the loop once without waiting, and
//    each event becomes a call of happened().
// 3. add() and remove() only queue changes inside libuv. The next dispatch() hands them to the
//    kernel.
//
// For an event on the directory itself, libuv reports the directory's own name. happened() turns
// that into an empty name. A file in the directory with the same name gets the empty name too,
// which costs no more than an extra reading of the directory.
#include "supervisor/os/file_watcher.hpp"

#include <uv.h>

#include <fcntl.h>
#include <map>
#include <unistd.h>
#include <utility>

namespace os {

struct file_watcher::loop {
    // libuv uses the handle's address until the close callback, so each handle is on the heap.
    struct watch {
        uv_fs_event_t handle{};
        std::string key, own_name;
    };

    ~loop()
    {
        if (!open)
            return;
        for (auto& [key, w] : watches)
            close(w.release());
        uv_run(&uv, UV_RUN_DEFAULT); // runs the close callbacks, and then nothing is left
        uv_loop_close(&uv);
    }

    static void close(watch* w)
    {
        uv_close(reinterpret_cast<uv_handle_t*>(&w->handle),
                 [](uv_handle_t* h) { delete static_cast<watch*>(h->data); });
    }

    static void happened(uv_fs_event_t* handle, char const* name, int events, int /*status*/)
    {
        auto const* const w = static_cast<watch const*>(handle->data);
        std::string const seen = name ? name : "";
        static_cast<loop*>(handle->loop->data)
            ->on_event(w->key, seen == w->own_name ? "" : seen, (events & UV_RENAME) != 0);
    }

    uv_loop_t uv{};
    bool open = false;
    event on_event;
    std::map<std::string, std::unique_ptr<watch>> watches;
};

result<file_watcher> file_watcher::make(event on_event)
{
    auto made = std::make_unique<loop>();
    if (int const failed = uv_loop_init(&made->uv); failed != 0)
        return error_of(-failed);
    made->open = true;
    made->uv.data = made.get();
    made->on_event = std::move(on_event);
    return file_watcher(std::move(made));
}

file_watcher::file_watcher(std::unique_ptr<loop> l) : loop_(std::move(l)) {}
file_watcher::file_watcher(file_watcher&&) noexcept = default;
file_watcher& file_watcher::operator=(file_watcher&&) noexcept = default;
file_watcher::~file_watcher() = default;

result<void> file_watcher::add(std::string const& key, std::string const& path)
{
    remove(key);
    auto w = std::make_unique<loop::watch>();
    w->key = key;
    w->own_name = path.substr(path.rfind('/') + 1);
    uv_fs_event_init(&loop_->uv, &w->handle);
    w->handle.data = w.get();
    int const failed = uv_fs_event_start(&w->handle, &loop::happened, path.c_str(), 0);
    if (failed != 0)
        loop::close(w.release());
    else
        loop_->watches.emplace(key, std::move(w));
    return failed == 0 ? result<void>() : result<void>(error_of(-failed));
}

void file_watcher::remove(std::string const& key)
{
    auto const known = loop_->watches.find(key);
    if (known == loop_->watches.end())
        return;
    loop::close(known->second.release());
    loop_->watches.erase(known);
}

result<unique_fd> file_watcher::descriptor() const
{
    unique_fd copy(::fcntl(uv_backend_fd(&loop_->uv), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy)
        return last_error();
    return copy;
}

void file_watcher::dispatch()
{
    uv_run(&loop_->uv, UV_RUN_NOWAIT);
}

} // namespace os
