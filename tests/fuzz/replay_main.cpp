// Runs a fuzz target over files and directories of inputs given as arguments, without a fuzzer, so
// that every compiler runs the corpus as an ordinary test.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(fs::path const& file)
{
    std::ifstream in{file, std::ios::binary};
    std::vector<char> const bytes{std::istreambuf_iterator<char>{in}, {}};
    std::vector<std::uint8_t> const input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

} // namespace

int main(int argc, char** argv)
{
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        fs::path const given{argv[i]};
        if (!fs::is_directory(given)) {
            replay(given);
            ++count;
            continue;
        }
        for (auto const& entry : fs::directory_iterator{given}) {
            replay(entry.path());
            ++count;
        }
    }
    std::cout << count << " inputs\n";
    return count == 0 ? 1 : 0; // a corpus that went missing is a failure
}
