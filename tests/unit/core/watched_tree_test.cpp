#include "supervisor/core/watched_tree.hpp"
#include "tests/fixtures/catch.hpp"

#include <algorithm>
#include <map>
#include <random>

using core::directory_entry;
using core::file_stamp;
using core::watched_tree;
using procfile::watch_patterns;
using concern = watched_tree::concern;

namespace {

using strings = std::vector<std::string>;

watch_patterns of(strings const& patterns)
{
    auto parsed = watch_patterns::parse(patterns);
    REQUIRE(parsed.has_value());
    return *parsed;
}

// A file system as a set of paths; "d/" is a directory. The version of an entry is its inode.
class disk {
public:
    void put(std::string const& path) { entries_[path] = ++version_; }
    void remove(std::string const& path)
    {
        std::erase_if(entries_, [&](auto const& e) {
            return e.first == path || e.first.starts_with(path + (path.ends_with('/') ? "" : "/"));
        });
    }
    std::optional<std::vector<directory_entry>> list(std::string const& directory) const
    {
        if (directory != "." && !entries_.contains(directory + '/'))
            return std::nullopt;
        std::vector<directory_entry> found;
        auto const prefix = watched_tree::join(directory, "");
        for (auto const& [path, version] : entries_) {
            auto const rest = path.substr(std::min(prefix.size(), path.size()));
            if (!path.starts_with(prefix) || rest.empty())
                continue;
            bool const inside = rest.find('/') == std::string::npos;
            bool const is_directory = rest.find('/') == rest.size() - 1;
            file_stamp stamp;
            stamp.inode = version;
            if (inside || is_directory)
                found.push_back({rest.substr(0, rest.find('/')), is_directory, stamp});
        }
        return found;
    }

private:
    std::map<std::string, std::uint64_t> entries_;
    std::uint64_t version_ = 0;
};

// Does with a tree what a watcher does: reads the directories that the tree asks for, until there
// are none.
class reader {
public:
    reader(disk const& d, std::vector<watch_patterns> subjects) : disk_(d), tree_(subjects)
    {
        read(tree_.start());
        tree_.settle();
    }

    // Reads these directories again and gives the changes as text: "0:src/a.rb 1:x".
    std::string read(strings directories)
    {
        std::string text;
        while (!directories.empty()) {
            auto const directory = directories.back();
            directories.pop_back();
            entered_.erase(directory);
            auto const listed = disk_.list(directory);
            auto found = tree_.read(directory, listed);
            if (listed)
                entered_.insert(directory);
            for (auto const& gone : found.leave)
                entered_.erase(gone);
            directories.insert(directories.end(), found.enter.begin(), found.enter.end());
        }
        std::set<std::string> changes;
        for (auto const& c : tree_.take_changes())
            changes.insert(std::to_string(c.subject) + ':' + c.path);
        for (auto const& change : changes)
            text += (text.empty() ? "" : " ") + change;
        return text;
    }
    std::string entered() const
    {
        std::string text;
        for (auto const& directory : entered_)
            text += (text.empty() ? "" : " ") + directory;
        return text;
    }
    // Reads directories again without taking the changes.
    void look(std::string const& directory) { tree_.read(directory, disk_.list(directory)); }
    watched_tree const& tree() const { return tree_; }

private:
    disk const& disk_;
    watched_tree tree_;
    std::set<std::string> entered_;
};

} // namespace

TEST_CASE("what is there at the beginning is no change; what compares unequal is", "[watched_tree]")
{
    disk d;
    for (auto const* path : {"src/", "src/a.rb", "src/b.py", "src/x/", "src/x/c.rb", "other/"})
        d.put(path);
    reader r(d, {of({"src/**/*.rb"})});
    CHECK(r.entered() == "src src/x");
    CHECK(r.read({"src", "src/x"}).empty());
    d.put("src/a.rb");
    d.put("src/b.py");
    CHECK(r.read({"src"}) == "0:src/a.rb");
    CHECK(r.read({"src"}).empty());
    d.put("src/new.rb");
    d.remove("src/a.rb");
    CHECK(r.read({"src"}) == "0:src/a.rb 0:src/new.rb");
    d.put("src/tmp.rb");
    d.remove("src/tmp.rb"); // the file is gone before anybody reads the directory
    CHECK(r.read({"src"}).empty());
    d.put("src/tmp.rb");
    r.look("src");
    d.remove("src/tmp.rb"); // the file was seen, but is gone at the end
    CHECK(r.read({"src"}).empty());
}

TEST_CASE("a directory that comes is entered, and what is in it is new", "[watched_tree]")
{
    disk d;
    d.put("src/");
    reader r(d, {of({"src/**"})});
    for (auto const* path : {"src/d/", "src/d/e/", "src/d/e/f.rb", "src/.git/", "src/.git/x"})
        d.put(path);
    CHECK(r.read({"src"}) == "0:src/d/e/f.rb");
    CHECK(r.entered() == "src src/d src/d/e");
    d.remove("src/d/");
    CHECK(r.read({"src"}) == "0:src/d/e/f.rb");
    CHECK(r.entered() == "src");
}

TEST_CASE("a directory that was replaced is read again", "[watched_tree]")
{
    disk d;
    for (auto const* path : {"src/", "src/d/", "src/d/a.rb", "src/d/b.rb"})
        d.put(path);
    reader r(d, {of({"src/**"})});
    d.put("src/d/"); // the directory is another one, with the same files but one
    d.remove("src/d/b.rb");
    CHECK(r.read({"src"}) == "0:src/d/b.rb");
    d.put("src/");
    CHECK(r.read({"src"}).empty()); // nothing in the directory has changed
}

TEST_CASE("what is not there yet is waited for at the nearest directory", "[watched_tree]")
{
    disk d;
    reader r(d, {of({"a/b/*.rb"}), of({"config.yml"})});
    CHECK(r.entered() == ".");
    CHECK(r.tree().without_files() == std::vector<std::size_t>{0, 1});
    d.put("a/");
    CHECK(r.read({"."}).empty());
    CHECK(r.entered() == ". a");
    d.put("a/b/");
    d.put("a/b/x.rb");
    CHECK(r.read({"a"}) == "0:a/b/x.rb");
    CHECK(r.entered() == ". a a/b");
    d.put("config.yml");
    CHECK(r.read({"."}) == "1:config.yml");
    CHECK(r.tree().without_files().empty());
    d.remove("a/");
    CHECK(r.read({"a/b"}) == "0:a/b/x.rb"); // the end of the directory itself is seen first
    CHECK(r.read({"a"}).empty());
    CHECK(r.entered() == ".");
    for (auto const* path : {"a/", "a/b/", "a/b/x.rb"})
        d.put(path);
    CHECK(r.read({"."}) == "0:a/b/x.rb");
}

TEST_CASE("each subject hears of its own", "[watched_tree]")
{
    disk d;
    for (auto const* path : {"src/", "src/a.rb", "src/a.js", "lib/", "lib/b.rb"})
        d.put(path);
    reader r(d, {of({"src/*.rb", "lib"}), of({"src/*.js"}), watch_patterns::files({"src/a.rb"})});
    d.put("src/a.rb");
    d.put("src/a.js");
    CHECK(r.read({"src"}) == "0:src/a.rb 1:src/a.js 2:src/a.rb");
    d.put("lib/b.rb");
    CHECK(r.read({"lib"}) == "0:lib/b.rb");
}

TEST_CASE("only what may matter is a concern", "[watched_tree]")
{
    disk d;
    for (auto const* path : {"src/", "src/a.rb", "src/x/"})
        d.put(path);
    reader const r(d, {of({"src/**/*.rb"})});
    auto const& tree = r.tree();
    CHECK(tree.concerns("src", "a.rb", false) == concern::file);
    CHECK(tree.concerns("src", "a.rb", true) == concern::file);
    CHECK(tree.concerns("src", "new", true) == concern::directory);
    CHECK(tree.concerns("src", "app.log", false) == concern::none);
    CHECK(tree.concerns("src", ".a.rb.swp", true) == concern::none);
    CHECK(tree.concerns("src", "", false) == concern::directory);
    CHECK(tree.concerns(".", "src", true) == concern::directory);
    CHECK(tree.concerns(".", "lib", true) == concern::none);
}

// Random changes, reported in random order: when all directories concerned have been read, the tree
// is the same as a new one would be.
TEST_CASE("a tree that heard of everything is as one that was just read", "[watched_tree]")
{
    std::mt19937 random(7);
    strings const places{"src/", "src/a/", "src/a/b/", "src/c/", "lib/", "lib/d/"};
    for (int round = 0; round < 300; ++round) {
        disk d;
        reader r(d, {of({"src/**/*.rb"}), of({"lib/d/*", "*.rb"})});
        for (int step = 0; step < 20; ++step) {
            auto const& place = places[random() % places.size()];
            std::set<std::string> touched;
            auto const touch = [&](std::string path) {
                path.resize(path.size() - path.ends_with('/'));
                auto const slash = path.rfind('/');
                touched.insert(slash == std::string::npos ? "." : path.substr(0, slash));
            };
            if (random() % 3) {
                for (std::size_t at = place.find('/'); at != std::string::npos;
                     at = place.find('/', at + 1)) { // mkdir -p
                    auto const whole = place.substr(0, at + 1);
                    if (!d.list(whole.substr(0, at))) {
                        d.put(whole);
                        touch(whole);
                    }
                }
                d.put(place + "x.rb");
                touch(place + "x.rb");
            } else {
                d.remove(place);
                touch(place);
            }
            r.read({touched.begin(), touched.end()});
            reader const fresh(d, {of({"src/**/*.rb"}), of({"lib/d/*", "*.rb"})});
            for (auto const& directory : fresh.tree().directories())
                REQUIRE(r.tree().directories().contains(directory));
            CHECK(r.tree().without_files() == fresh.tree().without_files());
        }
    }
}
