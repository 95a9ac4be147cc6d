#include "datasets/shards/pack.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <future>
#include <optional>

#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/files.h"
#include "common/folder_lock.h"
#include "common/format_text.h"
#include "common/interrupt.h"
#include "datasets/shards/shard.h"
#include "datasets/shards/shard_writer.h"

namespace sotto::datasets {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kVersion = 1;
/// Keeps the header of a shard of many tiny utterances far below what readers accept.
constexpr int64_t kMostUtterances = 20000;
constexpr int64_t kLargestShardMib = int64_t{1} << 20;
constexpr const char* kContinue = "run the same command again to continue";

std::vector<ManifestEntry> chosen(const Store& store, const std::vector<std::string>& ids) {
  std::vector<ManifestEntry> entries;
  if (ids.empty()) {
    entries = store.manifest();
  }
  for (const std::string& id : ids) {
    entries.push_back(store.entry(id));
  }
  const auto by_id = [](const ManifestEntry& a, const ManifestEntry& b) { return a.id < b.id; };
  std::sort(entries.begin(), entries.end(), by_id);
  for (size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].id == entries[i - 1].id) {
      throw DataError("the list names " + entries[i].id + " twice");
    }
  }
  if (entries.empty()) {
    throw DataError(store.path() + ": expected clips to pack, found none");
  }
  return entries;
}

/// A checksum of all that the manifest says of these clips: what a run that continues must find.
std::string checksum_of(const std::vector<ManifestEntry>& entries) {
  Checksum sum;
  for (const ManifestEntry& entry : entries) {
    const std::string line = to_json_line(entry) + "\n";
    sum.add(line.data(), line.size());
  }
  return sum.hex();
}

/// store.json of the packed store: the other's, and how it was packed.
std::string describe_packed(const PackOptions& options, const std::vector<ManifestEntry>& entries) {
  const fs::path path = fs::path(options.store) / "store.json";
  ordered_json json = ordered_json::object();
  if (fs::exists(path)) {
    json = ordered_json::parse(read_file(path.string()), nullptr, false);
    if (!json.is_object()) {
      throw DataError(path.string() + ": expected a description of a store, got another file");
    }
  }
  json["packed"] = {
      {"version", kVersion},
      {"shard_mib", options.shard_mib},
      {"utterances", entries.size()},
      {"manifest", checksum_of(entries)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// Begins the folder or finds that it was begun for the same.
void begin_folder(const PackOptions& options, const std::string& description) {
  const fs::path folder(options.out);
  const fs::path path = folder / "store.json";
  if (fs::exists(path)) {
    if (read_file(path.string()) != description) {
      throw ConfigError(
          options.out +
          ": the folder was packed from other clips or with another --shard-mib; choose another");
    }
  } else {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name != ".lock" && name.rfind(".partial-", 0) != 0) {
        throw DataError(options.out + ": expected an empty folder, got other files");
      }
    }
    write_file(path.string(), description);
  }
  fs::create_directories(folder / "shards");
  remove_partial_files(options.out);
}

/// Utterances decoded ahead by several threads, taken in order.
class Decoded {
 public:
  Decoded(const Store& store, const std::vector<ManifestEntry>& entries, size_t first, int64_t jobs)
      : store_(store), entries_(entries), next_(first) {
    for (int64_t i = 0; i < jobs; ++i) {
      queue_one();
    }
  }
  ~Decoded() {
    for (auto& waiting : waiting_) {
      waiting.wait();
    }
  }
  Decoded(const Decoded&) = delete;
  Decoded& operator=(const Decoded&) = delete;

  Utterance next() {
    std::future<Utterance> first = std::move(waiting_.front());
    waiting_.pop_front();
    Utterance utterance = first.get();
    queue_one();
    return utterance;
  }

 private:
  void queue_one() {
    if (next_ < entries_.size()) {
      const ManifestEntry& entry = entries_[next_++];
      waiting_.push_back(
          std::async(std::launch::async, [this, &entry] { return store_.load(entry); }));
    }
  }

  const Store& store_;
  const std::vector<ManifestEntry>& entries_;
  size_t next_;
  std::deque<std::future<Utterance>> waiting_;
};

class Packing {
 public:
  Packing(
      const PackOptions& options,
      const Store& store,
      std::vector<ManifestEntry> entries,
      const PackProgress& done)
      : options_(options), store_(store), entries_(std::move(entries)), done_(done) {}

  PackReport run() {
    take_earlier_shards();
    pack_the_rest();
    write_file(options_.out + "/manifest.jsonl", manifest_);
    report_.utterances = static_cast<int64_t>(entries_.size());
    return report_;
  }

 private:
  std::string shard_name() const {
    return format_text("shards/%05lld.safetensors", static_cast<long long>(report_.shards));
  }
  void tell(int64_t utterances) {
    if (done_) {
      done_(utterances, static_cast<int64_t>(entries_.size()));
    }
  }
  void count_shard(const std::string& path) {
    report_.bytes += static_cast<int64_t>(fs::file_size(path));
    ++report_.shards;
  }

  /// Shards are renamed into place when they are whole, so one that is there is done.
  void take_earlier_shards() {
    while (next_ < entries_.size()) {
      const std::string name = shard_name();
      const std::string path = options_.out + "/" + name;
      if (!fs::exists(path)) {
        return;
      }
      const std::vector<std::string> lines = Shard::manifest_lines(path);
      for (const std::string& line : lines) {
        if (next_ >= entries_.size() || line != packed_line(entries_[next_], name)) {
          throw DataError(path + ": holds other utterances than expected; delete it and try again");
        }
        manifest_ += line + "\n";
        ++next_;
      }
      if (lines.empty()) {
        throw DataError(path + ": holds no utterances; delete it and try again");
      }
      count_shard(path);
      ++report_.earlier;
      tell(static_cast<int64_t>(lines.size()));
    }
  }

  static ManifestEntry packed_entry(ManifestEntry entry, const std::string& shard) {
    entry.clip = shard;
    return entry;
  }
  static std::string packed_line(const ManifestEntry& entry, const std::string& shard) {
    return to_json_line(packed_entry(entry, shard));
  }

  void pack_the_rest() {
    ShardWriter shard(options_.out);
    Decoded decoded(store_, entries_, next_, options_.jobs);
    const int64_t limit = options_.shard_mib << 20;
    int64_t members = 0;
    const auto close_shard = [&] {
      const std::string path = options_.out + "/" + shard_name();
      shard.write(path);
      count_shard(path);
      members = 0;
    };
    for (; next_ < entries_.size(); ++next_) {
      throw_if_interrupted(kContinue);
      const Utterance utterance = decoded.next();
      const bool full = shard.bytes() + ShardWriter::bytes_of(utterance) > limit;
      if (!shard.empty() && (full || members >= kMostUtterances)) {
        close_shard();
      }
      const ManifestEntry entry = packed_entry(entries_[next_], shard_name());
      shard.add(entry, utterance);
      manifest_ += to_json_line(entry) + "\n";
      ++members;
      tell(1);
    }
    if (!shard.empty()) {
      close_shard();
    }
  }

  const PackOptions& options_;
  const Store& store_;
  std::vector<ManifestEntry> entries_;
  const PackProgress& done_;
  PackReport report_;
  std::string manifest_;
  size_t next_ = 0;
};

}  // namespace

PackReport pack(const PackOptions& options, const PackProgress& done) {
  if (options.shard_mib < 1 || options.shard_mib > kLargestShardMib) {
    throw ConfigError(
        "--shard-mib: expected 1 to " + std::to_string(kLargestShardMib) + ", got " +
        std::to_string(options.shard_mib));
  }
  const Store store(options.store);
  std::vector<ManifestEntry> entries = chosen(store, options.ids);
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error || !fs::is_directory(options.out)) {
    throw DataError(options.out + ": expected a folder that can be made: " + error.message());
  }
  const FolderLock lock(options.out, "another sotto pack works on this folder");
  begin_folder(options, describe_packed(options, entries));
  return Packing(options, store, std::move(entries), done).run();
}

}  // namespace sotto::datasets
