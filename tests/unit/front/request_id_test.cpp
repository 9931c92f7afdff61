#include "supervisor/front/request_id.hpp"
#include "tests/fixtures/catch.hpp"

using namespace procd::front;

TEST_CASE("an identifier is acceptable by its length and its characters", "[request_id]")
{
    CHECK_FALSE(acceptable(""));
    CHECK_FALSE(acceptable(std::string(19, 'a')));
    CHECK(acceptable(std::string(20, 'a')));
    CHECK(acceptable(std::string(200, 'a')));
    CHECK_FALSE(acceptable(std::string(201, 'a')));
    std::string allowed;
    for (int byte = 0; byte < 256; ++byte)
        if (acceptable(std::string(19, 'a') + static_cast<char>(byte)))
            allowed += static_cast<char>(byte);
    CHECK(allowed == "+-/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

TEST_CASE("a UUID has its version and its variant, and is acceptable", "[request_id]")
{
    std::array<unsigned char, 16> bytes{};
    CHECK(uuid_of(bytes) == "00000000-0000-4000-8000-000000000000");
    bytes.fill(0xff);
    CHECK(uuid_of(bytes) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    for (unsigned char i = 0; i < 16; ++i)
        bytes[i] = static_cast<unsigned char>(i * 17);
    CHECK(uuid_of(bytes) == "00112233-4455-4677-8899-aabbccddeeff");
    CHECK(acceptable(uuid_of(bytes)));
}
