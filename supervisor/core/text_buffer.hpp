// Bytes that wait to be written. They are appended in many portions and written in few. Unlike a
// std::string, the buffer gives out room without clearing it first, and drops written bytes from
// its front without moving the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace core {

// The bytes in view() are those that have not been removed yet.
class text_buffer {
public:
    std::string_view view() const { return {data_.get() + start_, end_ - start_}; }
    std::size_t size() const { return end_ - start_; }
    bool empty() const { return end_ == start_; }

    void append(std::string_view bytes)
    {
        if (bytes.empty())
            return;
        std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
        used(bytes.size());
    }
    // Gives out room for `bytes` more at the end. used() then says how many of them were filled.
    char* room(std::size_t bytes)
    {
        if (capacity_ - end_ < bytes)
            grow(bytes);
        return data_.get() + end_;
    }
    void used(std::size_t bytes) { end_ += bytes; }

    // Drops bytes from the front, once they are written.
    void remove_prefix(std::size_t bytes)
    {
        start_ += bytes;
        if (start_ == end_)
            clear();
    }
    // Keeps only the first `bytes` bytes.
    void truncate(std::size_t bytes) { end_ = start_ + bytes; }
    // Drops everything. The memory is given back only if it is unusually large.
    void clear()
    {
        start_ = end_ = 0;
        if (capacity_ > keep) {
            data_.reset();
            capacity_ = 0;
        }
    }

private:
    static constexpr std::size_t keep = 1 << 20;

    void grow(std::size_t bytes)
    {
        auto const held = size();
        auto const wanted = std::max({held + bytes, held * 2, std::size_t{4096}});
        std::unique_ptr<char[]> next(new char[wanted]);
        if (held > 0)
            std::memcpy(next.get(), data_.get() + start_, held);
        data_ = std::move(next);
        capacity_ = wanted;
        start_ = 0;
        end_ = held;
    }

    std::unique_ptr<char[]> data_;
    std::size_t start_ = 0, end_ = 0, capacity_ = 0;
};

} // namespace core
