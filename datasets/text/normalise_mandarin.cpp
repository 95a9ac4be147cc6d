#include "datasets/text/normalise_mandarin.h"

#include "datasets/text/icu_library.h"
#include "datasets/text/mandarin_numbers.h"
#include "datasets/text/utf8.h"

namespace sotto::datasets {
namespace {

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'\u2019' || c == U'\u02BC';
}

bool is_circle(char32_t c) {
  return c == U'\u25CB' || c == U'\u25EF';
}

/// Drops and joins characters: steps 2 to 4 of docs/text_rules.md.
class Filter {
 public:
  std::string filter(std::u32string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const char32_t next = i + 1 < text.size() ? text[i + 1] : U'\0';
      const char32_t c = text[i];
      if (c == U'\u3007' ||
          (is_circle(c) && std::u32string_view(U"零一二三四五六七八九").find(last_) != npos)) {
        take(U'零', SOTTO_ICU_UNSPACED);
      } else if (is_apostrophe(c) || c == U'.') {
        join(c, next);
      } else {
        take(c, icu_.kind_of(c));
      }
    }
    return std::move(kept_);
  }

 private:
  static constexpr size_t npos = std::u32string_view::npos;

  bool is_letter(char32_t c) const {
    return icu_.kind_of(c) == SOTTO_ICU_SPACED && !(c >= U'0' && c <= U'9');
  }

  /// An apostrophe or a full stop.
  void join(char32_t c, char32_t next) {
    if (gap_ || !is_letter(last_) || !is_letter(next)) {
      gap_ = true;
    } else if (c != U'.') {
      kept_ += '\'';
    }
  }

  void take(char32_t c, int kind) {
    if (kind == SOTTO_ICU_IGNORED) {
      return;
    }
    if (kind == SOTTO_ICU_MARK) {
      gap_ = true;
      return;
    }
    if (gap_ && kind == SOTTO_ICU_SPACED && last_ != 0 && icu_.kind_of(last_) == SOTTO_ICU_SPACED) {
      kept_ += ' ';
    }
    gap_ = false;
    last_ = icu_.lower(c);
    append_utf8(kept_, last_);
  }

  const IcuLibrary& icu_ = icu_library();
  std::string kept_;
  char32_t last_ = 0;  ///< the last character kept; 0 is of the kind that is ignored
  bool gap_ = false;   ///< whether something was removed after it
};

/// Whether a character is one from `first` to `last`, which have as many bytes.
bool is_between(std::string_view character, std::string_view first, std::string_view last) {
  return character.size() == first.size() && character >= first && character <= last;
}

/// What NFKC would hide: that a comma was a full-width one, which parts the items of a list, not
/// thousands; and that a fraction is one character of its own.
std::string marked(std::string_view text) {
  std::string result;
  bool digit = false;
  for (size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, utf8_length(text, i));
    i += character.size();
    const bool fraction =
        is_between(character, "\u00BC", "\u00BE") || is_between(character, "\u2150", "\u215E");
    if (fraction && digit) {
      result += "又";
    }
    result += character == "，" ? "、" : character;
    digit = is_between(character, "0", "9") || is_between(character, "０", "９");
  }
  return result;
}

}  // namespace

std::string normalise_mandarin(std::string_view text) {
  return Filter().filter(icu_compose(text, false));
}

std::string normalise_mandarin_simplified(std::string_view text) {
  return Filter().filter(icu_compose(text, true));
}

std::string normalise_mandarin_spoken(std::string_view text) {
  return Filter().filter(spell_mandarin_numbers(icu_compose(marked(text), true)));
}

}  // namespace sotto::datasets
