// Sees clients that leave while nobody reads from them: those whose request waits, and those whose
// response takes long. A client that ends only its writing counts as one that leaves, as with
// nginx.
#pragma once

#include "supervisor/front/connection.hpp"
#include "supervisor/os/hangup_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace procd::front {

class departures {
public:
    explicit departures(boost::asio::io_context& io) : ready_(io) {}
    departures(departures const&) = delete;
    departures& operator=(departures const&) = delete;
    ~departures();

    // Watches a client for as long as this object lives.
    class watch {
    public:
        // `left` is called from the event loop, once. Without descriptors or memory the client is
        // not watched.
        watch(std::shared_ptr<departures> of, std::shared_ptr<connection> client,
              std::function<void()> left);
        watch(watch const&) = delete;
        watch& operator=(watch const&) = delete;
        ~watch();

    private:
        friend class departures;
        void leave();

        std::shared_ptr<departures> of_;
        std::shared_ptr<connection> client_;
        std::function<void()> left_;
        std::uint64_t id_ = 0; // 0: it is not watched
    };

private:
    bool open();
    void enter(watch& one);
    void wait();
    void look();

    std::optional<os::hangup_watch> kernel_; // from the first watch on
    boost::asio::posix::stream_descriptor ready_;
    std::map<std::uint64_t, watch*> all_;
    std::uint64_t last_id_ = 0;
    bool is_waiting_ = false;
};

} // namespace procd::front
