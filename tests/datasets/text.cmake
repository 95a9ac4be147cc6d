sotto_test(text_test LABEL unit
  SOURCES datasets/normalise_test.cpp datasets/tokenizer_test.cpp
  LINK sotto_text)

sotto_test(text_parity_test LABEL parity
  SOURCES datasets/text_golden_test.cpp
  LINK sotto_text nlohmann_json::nlohmann_json)
