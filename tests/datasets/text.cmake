if(SOTTO_MEDIA)
  set(icu_tests datasets/normalise_mandarin_test.cpp)
endif()
sotto_test(text_test LABEL unit
  SOURCES
    ${icu_tests}
    datasets/character_map_test.cpp
    datasets/normalise_spelled_test.cpp
    datasets/normalise_test.cpp
    datasets/piece_tokenizer_test.cpp
    datasets/sentencepiece_test.cpp
    datasets/text_rules_test.cpp
    datasets/tokenizer_test.cpp
    datasets/units_test.cpp
    datasets/utf8_test.cpp
  LINK sotto_text)

# The same library in a process that holds LibTorch.
sotto_test(sentencepiece_torch_test LABEL unit
  SOURCES datasets/sentencepiece_torch_test.cpp
  LINK sotto_text torch)

sotto_test(text_parity_test LABEL parity
  SOURCES datasets/text_golden_test.cpp
  LINK sotto_text nlohmann_json::nlohmann_json)
