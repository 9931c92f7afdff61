// procd's own messages, by level. They go through spdlog, one logger for each room, and through one
// sink into the output, so that their order and format are those of the app's lines.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace procd::output {

class source;

// Messages at `info` and above are for the user of an app. At `debug` every decision is told with
// its reason.
enum class level { error, warn, info, debug };

// The mark with which a line tells the journal its priority: "<3>" for an error, "<4>" for a
// warning, and nothing for the others, which have the journal's usual priority.
std::string_view journal_mark(level l);

class log {
public:
    using writer = std::function<void(source& about, level, std::string_view)>;
    // `write` is given the words of each message that is shown, and the process it is about.
    log(level shown, writer write);
    ~log();

    bool shows(level l) const { return l <= shown_; }
    void message(source& about, level l, std::string_view text);
    // A decision that was made in this room of ARCHITECTURE.md: "room: text", about procd as a
    // whole.
    void decision(source& system, std::string_view room, std::string_view text);

private:
    class sink;
    spdlog::logger& of_room(std::string_view room);

    level shown_;
    std::shared_ptr<sink> sink_;
    std::map<std::string, std::shared_ptr<spdlog::logger>, std::less<>> loggers_; // by room
};

} // namespace procd::output
