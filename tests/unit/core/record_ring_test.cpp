#include "supervisor/core/record_ring.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/unit/core/runs.hpp"

#include <string>

namespace {

struct kept {
    core::record_ring ring;
    std::uint64_t next = 1;
    std::uint64_t dropped = 0;

    explicit kept(std::size_t limit) : ring(limit) {}
    void write(std::string_view text)
    {
        core::block_head head;
        head.seq = next;
        next = tests::write(
            text, head, [this](auto const& h, auto const& run) { dropped += ring.append(h, run); });
    }
    std::vector<core::log_record> newest(std::size_t lines) const
    {
        std::vector<core::log_record> records;
        for (auto const& b : ring.newest(lines))
            core::append_records(records, b, "web.1");
        return records;
    }
};

} // namespace

TEST_CASE("an unused ring has allocated nothing", "[record_ring]")
{
    core::record_ring const ring(256 << 10);
    CHECK(ring.empty());
    CHECK(ring.memory() == 0);
    CHECK(ring.newest(10).empty());
}

TEST_CASE("a few lines cost a few hundred bytes", "[record_ring]")
{
    kept k(256 << 10);
    k.write("started\nlistening on 5000\n");
    CHECK(k.ring.memory() <= 512);
}

TEST_CASE("lines and pieces come back as records", "[record_ring]")
{
    kept k(64 << 10);
    k.write("one\ntwo\nthr");
    k.write("ee\n\n");
    CHECK(tests::shown(k.newest(100)) == "1:one 2:two 3:thr... 4:ee 5:");
    CHECK(k.dropped == 0);
}

TEST_CASE("the newest blocks that hold so many lines are given", "[record_ring]")
{
    kept k(64 << 10);
    k.write("1\n2\n3\n");
    k.write("4\n5\n");
    k.write("6\n");
    CHECK(tests::shown(k.newest(1)) == "6:6");
    CHECK(tests::shown(k.newest(2)) == "4:4 5:5 6:6");
    CHECK(tests::shown(k.newest(4)) == "1:1 2:2 3:3 4:4 5:5 6:6");
    CHECK(k.newest(0).empty());
}

TEST_CASE("the bound holds, the oldest go first and each is counted", "[record_ring]")
{
    auto const limit = GENERATE(std::size_t{8 << 10}, std::size_t{256 << 10}, std::size_t{1 << 20});
    auto const length = GENERATE(1, 80, 3000, 65'000);
    if (static_cast<std::size_t>(length) > limit / 2)
        return;
    kept k(limit);
    std::string chunk;
    for (std::size_t total = 0; total < 3 * limit; total += chunk.size()) {
        chunk.clear();
        while (chunk.size() < 10'000)
            chunk += std::string(static_cast<std::size_t>(length), 'x') + '\n';
        k.write(chunk);
        REQUIRE(k.ring.memory() <= limit);
    }
    auto const records = k.newest(1'000'000);
    REQUIRE(!records.empty());
    CHECK(k.dropped + records.size() == k.next - 1);
    CHECK(records.back().seq == k.next - 1);
    CHECK(records.front().seq == k.ring.oldest_seq());
    for (std::size_t i = 1; i < records.size(); ++i)
        REQUIRE(records[i].seq == records[i - 1].seq + 1);
    // The memory is well used: at least half of the limit holds lines, if lines are as long as
    // block heads or longer.
    if (length >= 80)
        CHECK(records.size() * static_cast<std::size_t>(length) > limit / 2);
}

TEST_CASE("blocks are found by the number of a record and follow in order", "[record_ring]")
{
    kept k(64 << 10);
    CHECK_FALSE(k.ring.after(0));
    for (int i = 0; i < 2000; ++i)
        k.write("line " + std::to_string(i) + "\nand more\n");
    for (std::uint64_t seq = k.ring.oldest_seq() - 1; seq < k.next - 1; ++seq) {
        auto const at = k.ring.after(seq);
        REQUIRE(at);
        auto const head = k.ring.at(*at).head;
        REQUIRE(head.seq <= seq + 1);
        REQUIRE(head.seq + head.lines > seq + 1);
    }
    CHECK_FALSE(k.ring.after(k.next - 1));
    std::uint64_t seq = k.ring.oldest_seq();
    for (auto at = k.ring.after(0); at; at = k.ring.next(*at)) {
        auto const b = k.ring.at(*at);
        REQUIRE(b.head.seq == seq);
        seq += b.head.lines;
    }
    CHECK(seq == k.next);
    CHECK(k.ring.last_seq() == k.next - 1);
    CHECK(k.ring.lines() == k.next - k.ring.oldest_seq());
}

TEST_CASE("what was dropped is known by number, by ends of lines and by its place in the log",
          "[record_ring]")
{
    core::record_ring ring(8 << 10);
    std::uint64_t seq = 1, log = 1000;
    for (int i = 0; i < 500; ++i) {
        core::block_head head;
        head.seq = seq;
        head.log_begin = log;
        log += 2 * (25 + 50);
        head.log_end = log;
        head.logged = true;
        seq = tests::write(std::string(49, 'x') + "\n" + std::string(49, 'y') + "\n", head,
                           [&](auto const& h, auto const& run) { ring.append(h, run); });
    }
    CHECK(ring.origin() == 1000);
    auto const lost = ring.dropped();
    CHECK(lost.seq == ring.oldest_seq() - 1);
    CHECK(lost.ends == lost.seq);
    CHECK(lost.log == 1000 + lost.seq * 75);
    CHECK(lost.seq > 0);
}
