#include "common/pickle.h"

#include <unordered_map>
#include <utility>

#include "common/byte_reader.h"

namespace sotto {
namespace {

/// A 250 M parameter training checkpoint has about 30,000 values.
constexpr size_t kValueLimit = size_t{1} << 19;
constexpr size_t kItemLimit = size_t{1} << 22;
constexpr size_t kNameLimit = 100;  // letters of a module's and a function's name
constexpr int kNewestProtocol = 5;

/// Whether what is made of them matters: tensors, and NumPy's arrays with their types.
bool is_maker(std::string_view name) {
  return name.rfind("torch._utils\n", 0) == 0 || name.rfind("numpy", 0) == 0 ||
         name == "_codecs\nencode";
}

/// The stack machine of the pickle format.
class Machine {
 public:
  Machine(
      const uint8_t* data,
      size_t bytes,
      const std::string& where,
      std::vector<PickleValue>& values,
      std::unordered_set<std::string>& names)
      : input_(data, bytes, where), values_(values), names_(names) {}

  /// Runs up to STOP and returns the number of the result.
  uint32_t run() {
    while (true) {
      const auto opcode = input_.number<uint8_t>();
      if (opcode == '.') {
        return pop();
      }
      if (!push_constant(opcode) && !push_bytes(opcode) && !collect(opcode) && !recall(opcode) &&
          !assign(opcode)) {
        input_.fail(
            "its pickle has the opcode " + std::to_string(opcode) +
            ", which neither tensors nor arrays use");
      }
    }
  }

  size_t position() const { return input_.position(); }

 private:
  bool push_constant(uint8_t opcode) {
    switch (opcode) {
      case 0x80:
        if (input_.number<uint8_t>() > kNewestProtocol) {
          input_.fail("its pickle is of an unknown protocol");
        }
        return true;
      case 0x95:  // the length of what follows, for readers of streams
        input_.bytes(8);
        return true;
      case 'N':
        return push(PickleKind::kNone);
      case 0x88:
        return push(PickleKind::kBoolean, 1);
      case 0x89:
        return push(PickleKind::kBoolean, 0);
      case 'K':
        return push(PickleKind::kInteger, input_.number<uint8_t>());
      case 'M':
        return push(PickleKind::kInteger, input_.number<uint16_t>());
      case 'J':
        return push(PickleKind::kInteger, input_.number<int32_t>());
      case 0x8a:
        return push_long(input_.number<uint8_t>());
      case 0x8b:
        return push_long(length());
      case 'G':  // a real number: no tensor is made of one
        input_.bytes(8);
        return push(PickleKind::kOpaque);
      default:
        return false;
    }
  }

  bool push_bytes(uint8_t opcode) {
    switch (opcode) {
      case 'B':
      case 'X':
        return push_text(PickleKind::kText, input_.bytes(input_.number<uint32_t>()));
      case 'U':
      case 'C':
      case 0x8c:
        return push_text(PickleKind::kText, input_.bytes(input_.number<uint8_t>()));
      case 0x8d:
      case 0x8e:
      case 0x96:
        return push_text(PickleKind::kText, input_.bytes(input_.number<uint64_t>()));
      case 'T':
        return push_text(PickleKind::kText, input_.bytes(length()));
      case 'c': {
        const std::string_view module = input_.until('\n');
        const std::string_view name = input_.until('\n');
        // Both stand side by side in the input, a line's end between them.
        return push_text(PickleKind::kGlobal, {module.data(), module.size() + 1 + name.size()});
      }
      case 0x93:
        return push_global();
      default:
        return false;
    }
  }

  bool collect(uint8_t opcode) {
    switch (opcode) {
      case '(':
        marks_.push_back(stack_.size());
        return within(marks_.size(), kValueLimit);
      case ')':
        return push(PickleKind::kTuple);
      case ']':
        return push(PickleKind::kList);
      case '}':
        return push(PickleKind::kDict);
      case 't':
        return push_items(PickleKind::kTuple, pop_to_mark());
      case 0x85:
      case 0x86:
      case 0x87:
        return push_items(PickleKind::kTuple, pop_last(opcode - 0x84U));
      case 'Q':
        return push_items(PickleKind::kPersistent, pop_last(1));
      case 'R':
      case 0x81:
        return call();
      default:
        return false;
    }
  }

  bool recall(uint8_t opcode) {
    switch (opcode) {
      case 'q':
        return memorise(input_.number<uint8_t>());
      case 'r':
        return memorise(input_.number<uint32_t>());
      case 0x94:
        return memorise(static_cast<uint32_t>(memory_.size()));
      case 'h':
        return push_memory(input_.number<uint8_t>());
      case 'j':
        return push_memory(input_.number<uint32_t>());
      case '2':
        return push_number(top());
      case '0':
        if (stack_.size() == floor() && !marks_.empty()) {
          marks_.pop_back();
        } else {
          pop();
        }
        return true;
      default:
        return false;
    }
  }

  bool assign(uint8_t opcode) {
    switch (opcode) {
      case 'a':
        return extend(PickleKind::kList, pop_last(1));
      case 'e':
        return extend(PickleKind::kList, pop_to_mark());
      case 's':
        return extend(PickleKind::kDict, pop_last(2));
      case 'u':
        return extend(PickleKind::kDict, pop_to_mark());
      case 'b':
        return give_state(pop());
      default:
        return false;
    }
  }

  bool within(size_t count, size_t limit) const {
    if (count > limit) {
      input_.fail("its pickle has too many values");
    }
    return true;
  }

  uint64_t length() {
    const auto bytes = input_.number<int32_t>();
    if (bytes < 0) {
      input_.fail("its pickle has a negative length");
    }
    return static_cast<uint64_t>(bytes);
  }

  // The values above the last mark; what lies below is out of reach until the mark is gone.
  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  uint32_t top() const {
    if (stack_.size() == floor()) {
      input_.fail("its pickle takes a value that is not there");
    }
    return stack_.back();
  }

  uint32_t pop() {
    const uint32_t number = top();
    stack_.pop_back();
    return number;
  }

  std::vector<uint32_t> pop_from(size_t begin) {
    std::vector<uint32_t> items(stack_.begin() + static_cast<ptrdiff_t>(begin), stack_.end());
    stack_.resize(begin);
    items_ += items.size();
    within(items_, kItemLimit);
    return items;
  }

  std::vector<uint32_t> pop_last(size_t count) {
    if (stack_.size() - floor() < count) {
      input_.fail("its pickle takes a value that is not there");
    }
    return pop_from(stack_.size() - count);
  }

  std::vector<uint32_t> pop_to_mark() {
    if (marks_.empty()) {
      input_.fail("its pickle takes a value that is not there");
    }
    const size_t begin = marks_.back();
    marks_.pop_back();
    return pop_from(begin);
  }

  bool push_number(uint32_t number) {
    stack_.push_back(number);
    return within(stack_.size(), kItemLimit);
  }

  bool push_value(PickleValue value) {
    within(values_.size() + 1, kValueLimit);
    values_.push_back(std::move(value));
    return push_number(static_cast<uint32_t>(values_.size() - 1));
  }

  bool push(PickleKind kind, int64_t integer = 0) { return push_value({kind, integer, {}, {}}); }

  bool push_text(PickleKind kind, std::string_view text) { return push_value({kind, 0, text, {}}); }

  bool push_items(PickleKind kind, std::vector<uint32_t> items) {
    return push_value({kind, 0, {}, std::move(items)});
  }

  /// Two's complement, any length; what does not fit 64 bits is no size, offset or count.
  bool push_long(uint64_t bytes) {
    const std::string_view digits = input_.bytes(bytes);
    if (bytes > sizeof(int64_t)) {
      return push(PickleKind::kOpaque);
    }
    const bool negative = !digits.empty() && (digits.back() & 0x80) != 0;
    int64_t value = negative ? -1 : 0;
    std::memcpy(&value, digits.data(), digits.size());
    return push(PickleKind::kInteger, value);
  }

  bool memorise(uint32_t place) {
    memory_[place] = top();
    return within(memory_.size(), kValueLimit);
  }

  bool push_memory(uint32_t place) {
    const auto found = memory_.find(place);
    if (found == memory_.end()) {
      input_.fail("its pickle takes a value that is not there");
    }
    return push_number(found->second);
  }

  bool extend(PickleKind kind, const std::vector<uint32_t>& items) {
    PickleValue& target = values_[top()];
    if (kind == PickleKind::kDict && items.size() % 2 != 0) {
      input_.fail("its pickle has a key without a value");
    }
    if (target.kind == kind) {
      target.items.insert(target.items.end(), items.begin(), items.end());
    } else if (target.kind != PickleKind::kOpaque) {
      input_.fail("its pickle adds to a value that takes none");
    }
    return true;
  }

  /// A module and a name that were pushed one by one.
  bool push_global() {
    const std::string_view name = values_[pop()].text;
    const std::string_view module = values_[pop()].text;
    if (name.size() + module.size() > kNameLimit) {
      return push(PickleKind::kOpaque);
    }
    const auto kept = names_.insert(std::string(module) + '\n' + std::string(name)).first;
    return push_text(PickleKind::kGlobal, *kept);
  }

  /// An array's shape and numbers; of other objects attributes, such as a state dict's version
  /// numbers, which are of no use here.
  bool give_state(uint32_t state) {
    PickleValue& target = values_[top()];
    if (target.kind == PickleKind::kCall) {
      target.items.push_back(state);
      return within(++items_, kItemLimit);
    }
    return true;
  }

  bool call() {
    const uint32_t arguments = pop();
    const uint32_t function = pop();
    const std::string_view name = values_[function].text;
    if (values_[function].kind != PickleKind::kGlobal) {
      return push(PickleKind::kOpaque);
    }
    if (name == "collections\nOrderedDict") {
      return push_ordered_dict(values_[arguments]);
    }
    return is_maker(name) ? push_items(PickleKind::kCall, {function, arguments})
                          : push(PickleKind::kOpaque);
  }

  /// OrderedDict() or, from Python 2, OrderedDict([[key, value], ...]).
  bool push_ordered_dict(const PickleValue& arguments) {
    std::vector<uint32_t> items;
    if (!arguments.items.empty()) {
      for (const uint32_t pair : values_[arguments.items.front()].items) {
        const std::vector<uint32_t>& entry = values_[pair].items;
        if (entry.size() == 2) {
          items.insert(items.end(), entry.begin(), entry.end());
        }
      }
    }
    items_ += items.size();
    within(items_, kItemLimit);
    return push_items(PickleKind::kDict, std::move(items));
  }

  ByteReader input_;
  std::vector<PickleValue>& values_;
  std::unordered_set<std::string>& names_;
  std::vector<uint32_t> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint32_t, uint32_t> memory_;
  size_t items_ = 0;
};

}  // namespace

Pickle::Pickle(const uint8_t* data, size_t bytes, const std::string& where) {
  Machine machine(data, bytes, where, values_, names_);
  root_ = machine.run();
  bytes_ = machine.position();
}

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != PickleKind::kDict) {
    return nullptr;
  }
  for (size_t i = dict.items.size(); i >= 2; i -= 2) {
    const PickleValue& candidate = at(dict.items[i - 2]);
    if (candidate.kind == PickleKind::kText && candidate.text == key) {
      return &at(dict.items[i - 1]);
    }
  }
  return nullptr;
}

}  // namespace sotto
