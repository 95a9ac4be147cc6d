#include "datasets/text/sentencepiece_check.h"

#include <cstdint>
#include <optional>

#include "datasets/text/character_map.h"

namespace sotto::datasets {
namespace {

constexpr uint64_t kNormaliser = 3;    // ModelProto.normalizer_spec
constexpr uint64_t kDenormaliser = 5;  // ModelProto.denormalizer_spec
constexpr uint64_t kCharacterMap = 2;  // NormalizerSpec.precompiled_charsmap

struct Field {
  uint64_t number;
  std::string_view bytes;  ///< of a field with a length, else empty
};

std::optional<uint64_t> take_number(std::string_view& bytes) {
  uint64_t number = 0;
  for (int shift = 0; shift < 70 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= shift < 64 ? uint64_t{byte & 0x7Fu} << shift : 0;
    if (byte < 0x80) {
      return number;
    }
  }
  return std::nullopt;
}

/// The next field of a message, taken off its front; nothing if the bytes are none.
std::optional<Field> take_field(std::string_view& bytes) {
  const std::optional<uint64_t> tag = take_number(bytes);
  if (!tag) {
    return std::nullopt;
  }
  std::optional<uint64_t> size;
  switch (*tag & 7) {
    case 0:
      return take_number(bytes) ? std::optional(Field{*tag >> 3, {}}) : std::nullopt;
    case 1:
      size = 8;
      break;
    case 2:
      size = take_number(bytes);
      break;
    case 5:
      size = 4;
      break;
    default:  // groups, which these messages do not have
      return std::nullopt;
  }
  if (!size || *size > bytes.size()) {
    return std::nullopt;
  }
  const Field field = {*tag >> 3, (*tag & 7) == 2 ? bytes.substr(0, *size) : std::string_view()};
  bytes.remove_prefix(*size);
  return field;
}

bool is_sound_normaliser(std::string_view message) {
  while (!message.empty()) {
    const std::optional<Field> field = take_field(message);
    if (!field) {
      return false;
    }
    const bool is_map = field->number == kCharacterMap && !field->bytes.empty();
    if (is_map && !is_sound_character_map(field->bytes)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool is_sound_sentencepiece_model(std::string_view model) {
  while (!model.empty()) {
    const std::optional<Field> field = take_field(model);
    if (!field) {
      return false;
    }
    const bool is_normaliser = field->number == kNormaliser || field->number == kDenormaliser;
    if (is_normaliser && !is_sound_normaliser(field->bytes)) {
      return false;
    }
  }
  return true;
}

}  // namespace sotto::datasets
