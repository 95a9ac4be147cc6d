sotto_test(score_test LABEL unit
  SOURCES
    experiments/edit_alignment_test.cpp
    experiments/score_errors_test.cpp
    experiments/score_files_test.cpp
    experiments/score_reports_test.cpp
    experiments/score_sctk_test.cpp
    experiments/score_table_test.cpp
    experiments/score_test.cpp
    experiments/significance_test.cpp
    experiments/slot_accuracy_test.cpp
  LINK sotto_text nlohmann_json::nlohmann_json)

sotto_test(score_parity_test LABEL parity
  SOURCES experiments/score_golden_test.cpp
  LINK sotto_text nlohmann_json::nlohmann_json)
