// A process that does not open its port: when people are told, and the words for it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace core {

// The answer of a probe that connects to the process's own port: nobody listens there, somebody
// does, or the probe could not tell.
enum class port_answer { refused, open, unknown };

// Notes the answers of the probes of one incarnation.
class closed_port {
public:
    using time_point = std::chrono::steady_clock::time_point;

    // The incarnation was started at `started`; after `patience` people are told.
    closed_port(time_point started, std::chrono::milliseconds patience)
        : due_(started + patience), patience_(patience)
    {
    }
    // True once: at the first refusal after the time, when the port has never been open.
    bool note(port_answer answer, time_point now);
    // The last answer that could tell was a refusal.
    bool is_closed() const { return refused_; }
    std::chrono::milliseconds patience() const { return patience_; }

private:
    time_point due_;
    std::chrono::milliseconds patience_;
    bool refused_ = false;
    bool settled_ = false; // the port has been open, or people have been told
};

// "it listens on 3000 and 9229, not on $PORT"; empty without a port.
std::string other_ports_text(std::vector<int> const& ports);

} // namespace core
