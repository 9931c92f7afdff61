// The frames of `Upgrade: procd-stream`, which exec and attach speak: one byte of type, four of
// length (big endian), the payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

enum class frame_type : std::uint8_t {
    stdin_data = 0, // to the command
    stdin_eof = 1,  // it has no more input
    resize = 2,     // rows and columns, two bytes each, big endian
    signal = 3,     // the signal's number, one byte
    stdout_data = 4,
    stderr_data = 5,
    exit = 6,  // the exit code, one byte; the last frame
    error = 7, // a sentence: the command could not be run
};

struct frame {
    frame_type type = frame_type::stdin_data;
    std::string payload;
    bool operator==(frame const&) const = default;
};

inline constexpr std::size_t largest_payload = 64 << 10;

// Appends one frame; data longer than a frame becomes several.
void append_frame(std::string& to, frame_type type, std::string_view payload);

struct frame_size {
    std::uint16_t rows = 0, columns = 0;
    bool operator==(frame_size const&) const = default;
};
std::string resize_payload(frame_size size);
std::optional<frame_size> parse_resize(std::string_view payload);

// Bytes to frames. What is put in is held until it makes a whole frame, so at most one.
class frame_reader {
public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    // The next whole frame, or nothing: then more is needed, or it is broken.
    std::optional<frame> next();
    // A type that is not known, or a payload that is too long.
    bool broken() const { return broken_; }

private:
    std::string buffer_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

} // namespace core
