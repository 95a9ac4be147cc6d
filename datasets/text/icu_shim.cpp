#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "datasets/text/icu_interface.h"

namespace {

void check(UErrorCode code, const char* what) {
  if (U_FAILURE(code)) {
    throw std::runtime_error(std::string(what) + ": " + u_errorName(code));
  }
}

/// ICU locks around one Transliterator; one a thread needs no lock.
void simplify(icu::UnicodeString& text) {
  thread_local std::unique_ptr<icu::Transliterator> transliterator;
  if (transliterator == nullptr) {
    UErrorCode code = U_ZERO_ERROR;
    transliterator.reset(
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, code));
    check(code, "ICU's Traditional-Simplified");
  }
  transliterator->transliterate(text);
}

icu::UnicodeString compose(const char* bytes, uint64_t count, bool simplified) {
  if (count > INT32_MAX / 32) {  // one character becomes up to 18
    throw std::runtime_error("a text is longer than ICU can take");
  }
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(code);
  check(code, "ICU's NFKC");
  const auto source = icu::UnicodeString::fromUTF8({bytes, static_cast<int32_t>(count)});
  icu::UnicodeString text = form->normalize(source, code);
  check(code, "ICU's NFKC");
  if (simplified) {
    simplify(text);
  }
  return text;
}

bool is_unspaced(UChar32 character) {
  UErrorCode code = U_ZERO_ERROR;
  switch (uscript_getScript(character, &code)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
      return true;
    default:  // planes 2 and 3 are kept for Han characters that this ICU does not know yet
      return character == 0x30FC || (character >= 0x20000 && character < 0x40000);
  }
}

}  // namespace

int sotto_icu_compose(
    const char* bytes,
    uint64_t count,
    int simplified,
    sotto_icu_sink sink,
    void* context,
    char* reason) {
  try {
    const icu::UnicodeString text = compose(bytes, count, simplified != 0);
    std::vector<char32_t> characters;
    characters.reserve(static_cast<size_t>(text.length()));
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
      characters.push_back(static_cast<char32_t>(text.char32At(i)));
    }
    sink(context, characters.data(), characters.size());
    return 0;
  } catch (const std::exception& failure) {
    std::snprintf(reason, 128, "%s", failure.what());
  }
  return -1;
}

int sotto_icu_kind_of(char32_t character) {
  const auto c = static_cast<UChar32>(character);
  // Kept, so that a tokenizer names the damage instead of training on a text with a hole.
  if (c == 0xFFFD) {
    return SOTTO_ICU_SPACED;
  }
  const uint32_t category = U_GET_GC_MASK(c);
  if ((category & (U_GC_ZS_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK)) != 0 || u_isUWhiteSpace(c)) {
    return SOTTO_ICU_MARK;
  }
  if ((category & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_ME_MASK)) != 0 ||
      u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
    return SOTTO_ICU_IGNORED;
  }
  if (is_unspaced(c)) {
    return SOTTO_ICU_UNSPACED;
  }
  const uint32_t kept = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK | U_GC_CO_MASK;
  return (category & kept) != 0 ? SOTTO_ICU_SPACED : SOTTO_ICU_MARK;
}

char32_t sotto_icu_lower(char32_t character) {
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(character)));
}
