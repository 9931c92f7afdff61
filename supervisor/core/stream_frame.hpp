// The frames of the protocol `procd-stream`, which exec and attach speak after an HTTP upgrade. A
// frame is one byte of type, four bytes of length (big endian) and the payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

enum class frame_type : std::uint8_t {
    stdin_data = 0, // bytes for the command
    stdin_eof = 1,  // the command gets no more input
    resize = 2,     // rows and columns of the terminal, two bytes each, big endian
    signal = 3,     // the signal's number, one byte
    stdout_data = 4,
    stderr_data = 5,
    exit = 6,  // the exit code, one byte; this is the last frame
    error = 7, // a sentence that says why the command could not be run
    // So many more bytes of stdin may be sent, four bytes, big endian. The first one comes at once.
    // Within that, procd reads on although the command does not, so that signals pass.
    credit = 8,
};

struct frame {
    frame_type type = frame_type::stdin_data;
    std::string payload;
    bool operator==(frame const&) const = default;
};

// The longest payload of a frame, in bytes.
inline constexpr std::size_t largest_payload = 64 << 10;

// How many bytes of stdin a client may send before the command has taken them.
inline constexpr std::size_t input_window = 64 << 10;

// Appends data as one frame, or as several if it is longer than largest_payload.
void append_frame(std::string& to, frame_type type, std::string_view payload);

// The size of a terminal.
struct frame_size {
    std::uint16_t rows = 0, columns = 0;
    bool operator==(frame_size const&) const = default;
};
// The payload of a resize frame.
std::string resize_payload(frame_size size);
// Reads such a payload. Nothing when it does not have four bytes.
std::optional<frame_size> parse_resize(std::string_view payload);

// The payload of a credit frame.
std::string credit_payload(std::uint32_t bytes);
// Reads such a payload. Nothing when it does not have four bytes.
std::optional<std::uint32_t> parse_credit(std::string_view payload);

// Splits bytes into frames. It holds the bytes that do not make a whole frame yet.
class frame_reader {
public:
    // Adds bytes that were received.
    void feed(std::string_view bytes) { buffer_ += bytes; }
    // The next whole frame. Nothing when more bytes are needed, or when the stream is broken.
    std::optional<frame> next();
    // Tells whether a frame had an unknown type or a payload that is too long. Nothing can be read
    // then.
    bool broken() const { return broken_; }

private:
    std::string buffer_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

} // namespace core
