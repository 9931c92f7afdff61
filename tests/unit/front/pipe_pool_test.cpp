#include "supervisor/front/pipe_pool.hpp"
#include "tests/unit/front/loop.hpp"

using procd::front::pipe_pool;

TEST_CASE("an empty pipe is used again, and one with bytes is closed", "[pipe_pool]")
{
    test::loop l;
    test::pair const from(l);
    auto const pool = std::make_shared<pipe_pool>();
    auto first = pool->take();
    auto const* const known = first.get();
    REQUIRE(known != nullptr);
    CHECK(pool->in_use() == 1);
    first.reset();
    CHECK(pool->in_use() == 0);
    auto second = pool->take();
    CHECK(second.get() == known);
    from.say("left over");
    REQUIRE(second->take_from(from.near->raw().native_handle(), 100).value() == 9);
    second.reset();
    CHECK(pool->take()->held() == 0);
    CHECK(pool->in_use() == 0);
}

TEST_CASE("there are so many pipes and no more", "[pipe_pool]")
{
    auto const pool = std::make_shared<pipe_pool>();
    std::vector<pipe_pool::lease> all;
    while (auto one = pool->take())
        all.push_back(std::move(one));
    CHECK(all.size() <= pipe_pool::most); // fewer where descriptors are few
    CHECK(all.size() > 50);
    CHECK(pool->in_use() == all.size());
    all.pop_back();
    CHECK(pool->take());
    all.clear();
    CHECK(pool->in_use() == 0);
}

TEST_CASE("a pipe may outlive its pool", "[pipe_pool]")
{
    auto pool = std::make_shared<pipe_pool>();
    auto const one = pool->take();
    pool.reset();
    CHECK(one->held() == 0);
}
