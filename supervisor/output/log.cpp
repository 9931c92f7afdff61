#include "supervisor/output/log.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <utility>

namespace procd::output {

namespace {

spdlog::level::level_enum to_spdlog(level l)
{
    switch (l) {
    case level::error:
        return spdlog::level::err;
    case level::warn:
        return spdlog::level::warn;
    case level::info:
        return spdlog::level::info;
    case level::debug:
        return spdlog::level::debug;
    }
    return spdlog::level::info;
}

level from_spdlog(spdlog::level::level_enum l)
{
    if (l >= spdlog::level::err)
        return level::error;
    if (l == spdlog::level::warn)
        return level::warn;
    return l == spdlog::level::info ? level::info : level::debug;
}

} // namespace

std::string_view journal_mark(level l)
{
    switch (l) {
    case level::error:
        return "<3>";
    case level::warn:
        return "<4>";
    case level::info:
    case level::debug:
        break;
    }
    return "";
}

// Adds nothing to the words: time, name and colour are the output's.
class log::sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit sink(writer write) : write_(std::move(write)) {}

    source* about = nullptr; // whom the message that is being logged is about

private:
    void sink_it_(spdlog::details::log_msg const& message) override
    {
        std::string_view const text(message.payload.data(), message.payload.size());
        auto const l = from_spdlog(message.level);
        if (l != level::debug)
            return write_(*about, l, text);
        std::string line(message.logger_name.data(), message.logger_name.size());
        write_(*about, l, line.append(": ").append(text));
    }
    void flush_() override {}

    writer write_;
};

log::log(level shown, writer write) : shown_(shown), sink_(std::make_shared<sink>(std::move(write)))
{
}

log::~log() = default;

spdlog::logger& log::of_room(std::string_view room)
{
    auto found = loggers_.find(room);
    if (found == loggers_.end()) {
        auto made = std::make_shared<spdlog::logger>(std::string(room), sink_);
        made->set_level(to_spdlog(shown_));
        found = loggers_.emplace(room, std::move(made)).first;
    }
    return *found->second;
}

void log::message(source& about, level l, std::string_view text)
{
    sink_->about = &about;
    of_room("procd").log(to_spdlog(l), spdlog::string_view_t(text.data(), text.size()));
}

void log::decision(source& system, std::string_view room, std::string_view text)
{
    sink_->about = &system;
    of_room(room).log(spdlog::level::debug, spdlog::string_view_t(text.data(), text.size()));
}

} // namespace procd::output
