#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sotto {

enum class PickleKind : uint8_t {
  kNone,
  kBoolean,
  kInteger,
  kText,        ///< or bytes
  kTuple,
  kList,
  kDict,
  kGlobal,      ///< a reference to a Python class or function
  kCall,        ///< what a function of torch._utils or NumPy would have made
  kPersistent,  ///< a reference to something outside the pickle: a storage
  kOpaque,      ///< anything that tensors and arrays do not need
};

/// One value of a pickle. Values inside it are numbers of other values of the same pickle, so that
/// shared and cyclic values cost nothing and nothing that handles them recurses.
struct PickleValue {
  PickleKind kind = PickleKind::kNone;
  int64_t integer = 0;          ///< kInteger; kBoolean as 0 or 1
  std::string_view text;        ///< kText; kGlobal as "module\nname"
  std::vector<uint32_t> items;  ///< kTuple, kList; kDict: key, value, key, value ...;
                                ///< kCall: function, arguments, then states it was given;
                                ///< kPersistent: the id
};

/// One Python pickle (protocol 2 to 5, with the opcodes that torch.save and NumPy's arrays need),
/// read into a flat list of values. Nothing is looked up, called or executed: classes and functions
/// are names, OrderedDict becomes a dict, functions of torch._utils and NumPy become kCall, every
/// other object kOpaque.
/// Memory is bounded by the input's length and by fixed limits.
class Pickle {
 public:
  Pickle(const Pickle&) = delete;
  Pickle& operator=(const Pickle&) = delete;
  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = default;

  /// Reads the pickle at the start of `data`, which must outlive this object; what follows the
  /// pickle's end is not looked at.
  ///
  /// @param where  the file, for messages.
  /// @throws CheckpointError if it is damaged, too large, or has an opcode that none of them needs.
  Pickle(const uint8_t* data, size_t bytes, const std::string& where);

  const PickleValue& root() const { return values_[root_]; }
  const PickleValue& at(uint32_t number) const { return values_[number]; }
  /// Every value that the pickle made, in the order it made them.
  const std::vector<PickleValue>& values() const { return values_; }
  /// Length of the pickle itself.
  size_t bytes() const { return bytes_; }

  /// The value of a text key of a dict (the last one, as in Python); null if there is none or
  /// `dict` is no dict.
  const PickleValue* find(const PickleValue& dict, std::string_view key) const;

 private:
  std::vector<PickleValue> values_;
  std::unordered_set<std::string> names_;  ///< globals whose parts lie apart in the input
  uint32_t root_ = 0;
  size_t bytes_ = 0;
};

}  // namespace sotto
