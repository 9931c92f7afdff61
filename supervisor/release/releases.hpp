// The releases there are: the one that runs, those before it, and their numbers.
#pragma once

#include "supervisor/app/content.hpp"
#include "supervisor/core/api.hpp"
#include "supervisor/core/release.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace procd::release {

class state_store;

class releases {
public:
    struct numbers {
        int newest = 1;
        int read = 1; // of the release that the files were when they were read last
    };
    // `store` may be null: then nothing is kept on the disk.
    releases(std::shared_ptr<app::content> now, std::map<int, core::release> kept, numbers at,
             state_store* store);

    std::shared_ptr<app::content> const& current() const { return current_; }
    int current_number() const { return current_->record.number; }
    void take_up(std::shared_ptr<app::content> next) { current_ = std::move(next); }

    numbers at() const { return numbers_; }
    void set(numbers at) { numbers_ = at; }

    // Remembers a release, or what has become of it. The newest ten are kept, and what runs.
    void record(core::release const& r);
    // Has every release written again, because the disk has lost them.
    void save_all() const;
    // By its name, "v3"; empty: the one before the current one that did not fail. The problem says
    // why there is none.
    core::api::outcome<core::release> to_roll_back_to(std::string const& name) const;

    // Newest first.
    std::vector<core::api::release_view> views() const;
    core::api::outcome<core::api::release_detail> detail(std::string const& name) const;

private:
    core::api::release_view view_of(core::release const& r) const;

    std::shared_ptr<app::content> current_;
    std::map<int, core::release> history_;
    numbers numbers_;
    state_store* store_;
};

std::vector<core::api::change_view> views_of(std::vector<procfile::type_change> const& changes);

} // namespace procd::release
