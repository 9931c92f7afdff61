#include "procfile/port.hpp"

namespace procfile {

port_plan::port_plan(int base, std::vector<std::string> const& types) : base_(base), next_(base)
{
    for (std::string const& type : types)
        add_type(type);
}

void port_plan::add_type(std::string const& type)
{
    if (blocks_.find(type) != blocks_.end() || next_ > last_port)
        return;
    // All blocks start at a multiple of 100 above the base, so that people recognise the ports.
    // Processes past the 100th may have taken a part of the next block, which is then left out.
    int const taken = (next_ - base_ + block_size - 1) / block_size;
    int const first = base_ + taken * block_size;
    blocks_[type] = first;
    next_ = first + block_size;
}

std::optional<int> port_plan::port(std::string const& type, int instance)
{
    auto const block = blocks_.find(type);
    if (block == blocks_.end() || instance < 1)
        return std::nullopt;
    if (instance <= block_size) {
        int const port = block->second + instance - 1;
        return port <= last_port ? std::optional{port} : std::nullopt;
    }
    auto const known = beyond_.find({type, instance});
    if (known != beyond_.end())
        return known->second;
    if (next_ > last_port)
        return std::nullopt;
    beyond_[{type, instance}] = next_;
    return next_++;
}

std::optional<int> port_plan::first_port(std::string const& type) const
{
    auto const block = blocks_.find(type);
    if (block == blocks_.end() || block->second > last_port)
        return std::nullopt;
    return block->second;
}

} // namespace procfile
