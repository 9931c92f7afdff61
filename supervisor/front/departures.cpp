#include "supervisor/front/departures.hpp"

#include <new>
#include <utility>

namespace procd::front {

departures::~departures()
{
    if (kernel_)
        ready_.release(); // kernel_ closes it
}

bool departures::open()
{
    if (kernel_)
        return true;
    auto made = os::hangup_watch::open();
    boost::system::error_code refused;
    if (made)
        ready_.assign(made->get(), refused);
    if (!made || refused)
        return false;
    kernel_ = std::move(*made);
    return true;
}

void departures::enter(watch& one)
{
    if (!kernel_->add(one.client_->raw().native_handle(), last_id_ + 1))
        return;
    one.id_ = ++last_id_;
    all_.emplace(one.id_, &one);
    wait();
}

void departures::wait()
{
    if (is_waiting_ || all_.empty())
        return;
    ready_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](boost::system::error_code over) {
                          if (over)
                              return; // the object is gone
                          is_waiting_ = false;
                          look();
                      });
    is_waiting_ = true;
}

void departures::look()
{
    for (auto const id : kernel_->take())
        if (auto const found = all_.find(id); found != all_.end())
            std::exchange(found->second->left_, [] {})();
    wait();
}

departures::watch::watch(std::shared_ptr<departures> of, std::shared_ptr<connection> client,
                         std::function<void()> left)
    : of_(std::move(of)), client_(std::move(client)), left_(std::move(left))
{
    try {
        if (client_->is_open() && of_->open())
            of_->enter(*this);
    } catch (std::bad_alloc const&) {
        leave();
    }
}

departures::watch::~watch()
{
    leave();
}

void departures::watch::leave()
{
    if (id_ == 0)
        return;
    of_->all_.erase(id_);
    if (client_->is_open())
        of_->kernel_->remove(client_->raw().native_handle());
}

} // namespace procd::front
