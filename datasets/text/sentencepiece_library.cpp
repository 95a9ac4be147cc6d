#ifndef _GNU_SOURCE
#define _GNU_SOURCE  // dlmopen
#endif
#include "datasets/text/sentencepiece_library.h"

#include <dlfcn.h>

#include "common/error.h"
#include "common/shared_object.h"

namespace sotto::datasets {
namespace {

template <class Function>
void find(void* handle, Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  if (function == nullptr) {
    throw DataError(std::string("SentencePiece: its library lacks ") + name);
  }
}

SentencePieceLibrary open_library() {
  const std::string path = find_shared_object("libsotto_sentencepiece.so");
  void* handle = dlmopen(LM_ID_NEWLM, path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw DataError(path + ": cannot be loaded: " + dlerror());
  }
  SentencePieceLibrary library = {};
  find(handle, library.make, "sotto_sentencepiece_new");
  find(handle, library.free, "sotto_sentencepiece_free");
  find(handle, library.encode, "sotto_sentencepiece_encode");
  find(handle, library.train, "sotto_sentencepiece_train");
  return library;
}

}  // namespace

const SentencePieceLibrary& sentencepiece_library() {
  static const SentencePieceLibrary library = open_library();
  return library;
}

std::string reason_of(const sotto_sentencepiece_fault& fault) {
  const std::string reason = fault.reason;
  const size_t condition = reason.rfind("] ");  // src/file.cc(100) [condition] words
  const std::string words = condition == std::string::npos ? reason : reason.substr(condition + 2);
  return words.empty() ? "its library refuses it" : words;
}

}  // namespace sotto::datasets
