// The requests of one type on their way in: which process each gets, and those that wait. The
// decision is admission's.
#pragma once

#include "supervisor/front/admission.hpp"
#include "supervisor/front/messages.hpp"
#include "supervisor/front/meter.hpp"
#include "supervisor/front/upstreams.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace procd::front {

class gate_keeper {
public:
    // `ended` is called when a request to a process is in flight no longer.
    gate_keeper(boost::asio::io_context& io, std::function<void(upstream&)> ended);
    gate_keeper(gate_keeper const&) = delete;
    gate_keeper& operator=(gate_keeper const&) = delete;

    // Takes the type's settings and its processes from procd's picture.
    void become(fronted_type const& of, std::vector<std::shared_ptr<upstream>> processes);
    fronted_type const& of() const { return of_; }
    std::vector<std::shared_ptr<upstream>> const& processes() const { return processes_; }

    using entry = std::variant<in_flight, refused_for>;
    // Absent: the request has to wait. `since` is when it came.
    static std::optional<entry> enter_now(std::shared_ptr<gate_keeper> const& self,
                                          time_point since);
    // Waits until the request may go to a process. `cancelled` ends the wait with
    // refused_for::none_ready when poke() is called.
    static boost::asio::awaitable<entry> enter(std::shared_ptr<gate_keeper> self, time_point since,
                                               bool const* cancelled);
    // Looks at those that wait again: something has changed.
    void poke();

    int waiting() const { return static_cast<int>(line_.size()); }
    // A request has been answered.
    void note(std::chrono::milliseconds took, bool failed);
    type_figures figures();

private:
    entry let_in(std::shared_ptr<gate_keeper> const& self, go const& found);
    admission look(time_point since, int ahead, bool is_waiting) const;
    int load_now() const;
    void measure();

    boost::asio::io_context& io_;
    std::function<void(upstream&)> less_;
    fronted_type of_;
    std::vector<std::shared_ptr<upstream>> processes_;
    std::list<boost::asio::steady_timer*> line_; // in the order of arrival
    meter meter_;
    time_point resumed_{};    // when the last pause ended
    time_point none_since_{}; // when the last process left the rotation
    bool any_in_rotation_ = false;
    std::uint64_t uses_ = 0;
};

} // namespace procd::front
