#pragma once

#include <stdint.h>

/// C interface of the small shared object that holds the SentencePiece library. It is opened in a
/// linker namespace with a C library of its own: only plain data goes through, and neither side
/// frees what the other has allocated. Nothing throws through these functions.
extern "C" {

typedef struct sotto_sentencepiece_text {
  const char* bytes;
  uint64_t count;
} sotto_sentencepiece_text;

/// Where a function that fails writes why, as one line with a null at its end.
typedef struct sotto_sentencepiece_fault {
  char reason[1024];
} sotto_sentencepiece_fault;

/// Takes a result; must not throw.
typedef void (*sotto_sentencepiece_sink)(void* context, sotto_sentencepiece_text result);

typedef struct sotto_sentencepiece_training {
  const char* type;  ///< "unigram" or "bpe"
  int64_t size;
  double character_coverage;
  const sotto_sentencepiece_text* sentences;
  uint64_t sentence_count;
} sotto_sentencepiece_training;

/// A model from the bytes of its file; null on failure. Safe to use from several threads.
void* sotto_sentencepiece_new(sotto_sentencepiece_text model, sotto_sentencepiece_fault* fault);
void sotto_sentencepiece_free(void* model);

/// Gives each piece of the text to the sink. 0, or -1 on failure.
int sotto_sentencepiece_encode(
    const void* model,
    sotto_sentencepiece_text text,
    sotto_sentencepiece_sink sink,
    void* context,
    sotto_sentencepiece_fault* fault);

/// Gives the bytes of the trained model to the sink. 0, or -1 on failure.
int sotto_sentencepiece_train(
    const sotto_sentencepiece_training* options,
    sotto_sentencepiece_sink sink,
    void* context,
    sotto_sentencepiece_fault* fault);

}  // extern "C"
