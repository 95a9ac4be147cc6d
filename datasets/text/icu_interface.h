#pragma once

#include <stdint.h>

/// C interface of the small shared object that holds ICU. It is opened when Mandarin rules are
/// first used: loading ICU takes 3 ms, and most commands have no use for it. Nothing throws through
/// these functions, and all are safe to use from several threads.
extern "C" {

/// Takes the characters of a result; must not throw.
typedef void (*sotto_icu_sink)(void* context, const char32_t* characters, uint64_t count);

/// UTF-8 to characters in compatibility form (NFKC), with the simplified characters for traditional
/// ones on request. A byte that is not UTF-8 becomes U+FFFD. 0, or -1 with the reason, one line
/// with a null at its end, in `reason` (at least 128 bytes).
int sotto_icu_compose(
    const char* bytes,
    uint64_t count,
    int simplified,
    sotto_icu_sink sink,
    void* context,
    char* reason);

enum sotto_icu_kind {
  SOTTO_ICU_IGNORED = 0,   ///< not seen: controls, joiners, variation selectors
  SOTTO_ICU_MARK = 1,      ///< blanks, punctuation and symbols
  SOTTO_ICU_SPACED = 2,    ///< letters and digits of scripts that put blanks between words
  SOTTO_ICU_UNSPACED = 3,  ///< Han, kana and Bopomofo
};
int sotto_icu_kind_of(char32_t character);

char32_t sotto_icu_lower(char32_t character);

}  // extern "C"
