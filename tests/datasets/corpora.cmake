sotto_test(corpora_test LABEL unit
  SOURCES
    datasets/corpora_lrs_test.cpp
    datasets/corpora_mandarin_test.cpp
    datasets/corpora_others_test.cpp
    datasets/corpora_tables_test.cpp
    datasets/corpora_test.cpp
  LINK sotto_corpora nlohmann_json::nlohmann_json)
