// Finds the end of a body among the bytes of a connection, by its framing.
#pragma once

#include "supervisor/front/chunk_scanner.hpp"
#include "supervisor/front/head_rules.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace procd::front {

class body_scanner {
public:
    body_scanner() = default;
    explicit body_scanner(framing how);

    // The bytes at the front of `bytes` that belong to the body.
    std::size_t feed(std::string_view bytes);
    // The same; appends the content, without chunks, to `payload`.
    std::size_t decode(std::string_view bytes, std::string& payload);
    // Counts bytes that were passed on without being read. Call it only while is_long() is true.
    std::size_t pass(std::size_t bytes);
    // As many of `bytes` as may belong to the body, if it has no chunks.
    std::size_t most_of(std::size_t bytes) const;
    // A body without chunks of which 64 KiB or more are to come. Of a body that ends with the
    // connection, 64 KiB or more have come already.
    bool is_long() const;
    // The connection has ended.
    void end();

    bool done() const { return done_; }
    bool bad() const { return bad_; }
    std::uint64_t content_length() const
    {
        return how_.by == framing::kind::length ? how_.length : 0;
    }

private:
    std::size_t note(chunk_scanner::step s);

    framing how_;
    std::uint64_t left_ = 0; // to come; where nobody knows, that have come
    chunk_scanner chunks_;
    bool done_ = true, bad_ = false;
};

} // namespace procd::front
