sotto_test(inputs_parity_test LABEL parity
  SOURCES datasets/inputs_golden_test.cpp
  LINK sotto_datasets nlohmann_json::nlohmann_json)
