#include <array>

#include "common/error.h"
#include "datasets/corpora/json_file.h"
#include "datasets/corpora/label_files.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

using Json = nlohmann::json;

// Likely names, the likeliest first.
constexpr std::array<const char*, 13> kIds = {
    "id",
    "uid",
    "utt_id",
    "utt",
    "clip",
    "key",
    "name",
    "file",
    "filename",
    "video",
    "path",
    "wav",
    "audio"};
constexpr std::array<const char*, 11> kTexts = {
    "text",
    "transcript",
    "transcription",
    "trans",
    "content",
    "label",
    "sentence",
    "txt",
    "words",
    "ref",
    "hanzi"};
constexpr std::array<const char*, 6> kTalkers = {
    "talker", "speaker", "speaker_id", "spk", "spk_id", "spkid"};

template <size_t N>
std::string field_of(const Json& entry, const std::array<const char*, N>& names) {
  for (const char* name : names) {
    const auto found = entry.find(name);
    if (found != entry.end() && (found->is_string() || found->is_number_integer())) {
      return name;
    }
  }
  return "";
}

// Ids and talkers may be written as numbers.
std::string text_in(const Json& entry, const std::string& field) {
  const auto found = field.empty() ? entry.end() : entry.find(field);
  if (found == entry.end()) {
    return "";
  }
  return found->is_string() ? found->get<std::string>()
                            : (found->is_number_integer() ? found->dump() : "");
}

/// Reads the entries of one file.
class JsonLabels {
 public:
  JsonLabels(
      const std::string& path,
      const LabelOptions& options,
      ListingBuilder& builder,
      ClipLabels& labels)
      : path_(path),
        builder_(builder),
        labels_(labels),
        split_(split_in_name(path)),
        id_(options.id_field),
        text_(options.text_field) {}

  void read(const Json& json) {
    const Json* entries = &json;
    std::string inside;
    // {"version": 1, "data": [...]}: the entries are the only member that could hold them.
    if (json.is_object() && !is_keyed(json)) {
      for (auto member = json.begin(); member != json.end(); ++member) {
        if (member->is_array() || (member->is_object() && is_keyed(*member))) {
          entries = &*member;
          inside = " in '" + member.key() + "'";
          break;
        }
      }
    }
    const bool list = entries->is_array();
    if (!list && !(entries->is_object() && is_keyed(*entries))) {
      throw DataError(path_ + ": expected a list of objects or an object keyed by id, got neither");
    }
    if (entries->empty()) {
      throw DataError(path_ + ": expected entries, got none" + inside);
    }
    size_t number = 0;
    for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
      ++number;
      add(*entry, list ? "" : entry.key(), path_ + ": entry " + std::to_string(number));
    }
    builder_.note(
        path_ + ": read as " +
        (list     ? "a list of objects"
         : texts_ ? "an object of texts keyed by id"
                  : "an object keyed by id") +
        inside + (list ? ", id in '" + id_ + "'" : "") +
        (texts_ ? "" : ", text in '" + text_ + "'") + ", " + std::to_string(number) + " entries");
  }

 private:
  // All members are alike: objects, or texts.
  static bool is_keyed(const Json& object) {
    bool objects = true;
    bool texts = true;
    for (const Json& member : object) {
      objects = objects && member.is_object();
      texts = texts && member.is_string();
    }
    return objects || texts;
  }

  void add(const Json& entry, const std::string& key, const std::string& where) {
    ClipLabel label;
    label.where = where;
    label.split = split_;
    std::string id = key;
    if (entry.is_string() && !key.empty()) {
      texts_ = true;
      label.text = entry.get<std::string>();
    } else if (entry.is_object()) {
      choose_fields(entry, !key.empty());
      id = key.empty() ? text_in(entry, id_) : key;
      label.text = text_in(entry, text_);
      label.talker = text_in(entry, field_of(entry, kTalkers));
      if (label.text.empty()) {
        label.fault = where + ": expected a text in '" + text_ + "', got none";
      }
    }
    if (id.empty() || !is_utf8(id)) {
      builder_.count("entries have no id and were left out", where);
    } else if (!labels_.add(id, std::move(label))) {
      builder_.count("labels are given twice; the first counts", where);
    }
  }

  void choose_fields(const Json& entry, bool keyed) {
    if (chosen_) {
      return;
    }
    chosen_ = true;
    id_ = id_.empty() ? field_of(entry, kIds) : id_;
    text_ = text_.empty() ? field_of(entry, kTexts) : text_;
    if ((id_.empty() && !keyed) || text_.empty()) {
      std::string names;
      for (auto field = entry.begin(); field != entry.end(); ++field) {
        names += (names.empty() ? "'" : ", '") + field.key() + "'";
      }
      throw DataError(
          path_ + ": expected entries with " + (text_.empty() ? "a text" : "an id") +
          ", got the fields " + names + "; name it by corpus." +
          (text_.empty() ? "text_field" : "id_field"));
    }
  }

  const std::string& path_;
  ListingBuilder& builder_;
  ClipLabels& labels_;
  std::string split_;
  std::string id_;
  std::string text_;
  bool chosen_ = false;
  bool texts_ = false;
};

}  // namespace

void read_json_labels(
    const std::string& path,
    const LabelOptions& options,
    ListingBuilder& builder,
    ClipLabels& labels) {
  JsonLabels(path, options, builder, labels).read(read_json(path));
}

}  // namespace sotto::datasets
