#include "datasets/faces/landmark_pickle.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "common/error.h"
#include "common/pickle.h"
#include "datasets/faces/landmark_numbers.h"

namespace sotto::datasets {
namespace {

constexpr size_t kMostFrames = 1000000;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// A NumPy array in a pickle.
struct Array {
  std::vector<int64_t> shape;
  std::string type;     ///< "<f4"
  std::string numbers;  ///< their bytes
};

class Archive {
 public:
  Archive(const std::string& bytes, const std::string& path)
      : path_(path), pickle_(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), path) {}

  std::vector<Landmarks> frames() const {
    const PickleValue& root = pickle_.root();
    if (root.kind == PickleKind::kCall) {
      return frames_of(root);
    }
    if (root.kind != PickleKind::kList && root.kind != PickleKind::kTuple) {
      refuse("another object");
    }
    if (root.items.size() > kMostFrames) {
      refuse("more than a million items");
    }
    std::vector<Landmarks> all;
    for (const uint32_t item : root.items) {
      const PickleValue& value = pickle_.at(item);
      if (value.kind == PickleKind::kNone) {
        all.emplace_back();
        continue;
      }
      const std::vector<Landmarks> one = frames_of(value);
      if (one.size() != 1) {
        refuse("an array of several frames in its list");
      }
      all.push_back(one.front());
    }
    return all;
  }

 private:
  [[noreturn]] void refuse(const std::string& found) const {
    throw DataError(
        path_ + ": expected a list of NumPy arrays (68, 2) or None, or one array (T, 68, 2), got " +
        found);
  }

  const PickleValue& item(const PickleValue& of, size_t i) const {
    if (i >= of.items.size()) {
      refuse("an array of an unknown form");
    }
    return pickle_.at(of.items[i]);
  }

  /// Whether a value is what such a function of NumPy made, which moves between modules.
  bool made_by(const PickleValue& value, std::string_view function) const {
    return value.kind == PickleKind::kCall && ends_with(item(value, 0).text, function);
  }

  std::vector<Landmarks> frames_of(const PickleValue& value) const {
    const Array array = array_of(value);
    const NumberKind kind = number_kind(array.type);
    const std::vector<int64_t>& shape = array.shape;
    const size_t n = shape.size();
    const bool fits = kind.bytes > 0 && (n == 2 || n == 3) && shape[n - 1] == 2 &&
                      shape[n - 2] == static_cast<int64_t>(kLandmarkPoints);
    const int64_t frames = n == 3 ? shape[0] : 1;
    if (!fits || frames < 0 || array.numbers.size() % kind.frame_bytes() != 0 ||
        array.numbers.size() / kind.frame_bytes() != static_cast<size_t>(frames)) {
      std::string text;
      for (const int64_t extent : shape) {
        text += (text.empty() ? "" : ", ") + std::to_string(extent);
      }
      refuse("an array (" + text + ") of " + (kind.bytes > 0 ? array.type : "other things"));
    }
    std::vector<Landmarks> all;
    const auto* numbers = reinterpret_cast<const uint8_t*>(array.numbers.data());
    for (int64_t t = 0; t < frames; ++t, numbers += kind.frame_bytes()) {
      all.push_back(landmarks_of(numbers, kind));
    }
    return all;
  }

  Array array_of(const PickleValue& value) const {
    if (made_by(value, "multiarray\n_reconstruct")) {
      // State: version, shape, type, whether Fortran's order, numbers.
      const PickleValue& state = item(value, 2);
      return array(item(state, 1), item(state, 2), item(state, 3).integer != 0, item(state, 4));
    }
    if (made_by(value, "numeric\n_frombuffer")) {
      // Arguments: numbers, type, shape, order.
      const PickleValue& arguments = item(value, 1);
      return array(
          item(arguments, 2), item(arguments, 1), item(arguments, 3).text != "C",
          item(arguments, 0));
    }
    refuse("something else in its list");
  }

  Array array(
      const PickleValue& shape,
      const PickleValue& type,
      bool columns_first,
      const PickleValue& numbers) const {
    if (columns_first) {
      refuse("an array in Fortran's order");
    }
    Array array;
    for (size_t i = 0; i < shape.items.size(); ++i) {
      array.shape.push_back(item(shape, i).integer);
    }
    // dtype("f4"), given the state (version, "<", ...).
    if (made_by(type, "numpy\ndtype") && type.items.size() > 2) {
      const std::string order(item(item(type, 2), 1).text);
      array.type = order + std::string(item(item(type, 1), 0).text);
    }
    array.numbers = bytes_of(numbers);
    return array;
  }

  /// Bytes; in protocol 2 as a text to be encoded in Latin-1, which is in UTF-8 here.
  std::string bytes_of(const PickleValue& value) const {
    if (value.kind == PickleKind::kText) {
      return std::string(value.text);
    }
    if (!made_by(value, "_codecs\nencode")) {
      refuse("an array without numbers");
    }
    const std::string_view text = item(item(value, 1), 0).text;
    std::string bytes;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto first = static_cast<uint8_t>(text[i]);
      if (first < 0x80) {
        bytes += text[i];
      } else if ((first == 0xc2 || first == 0xc3) && i + 1 < text.size()) {
        const auto next = static_cast<uint8_t>(text[++i]);
        bytes += static_cast<char>((first & 3) << 6 | (next & 0x3f));
      } else {
        refuse("numbers in another encoding");
      }
    }
    return bytes;
  }

  const std::string& path_;
  Pickle pickle_;
};

}  // namespace

std::vector<Landmarks> landmarks_of_pickle(const std::string& pickle, const std::string& path) {
  return Archive(pickle, path).frames();
}

}  // namespace sotto::datasets
