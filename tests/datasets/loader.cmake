sotto_test(loader_test LABEL unit
  SOURCES
    datasets/augment_test.cpp
    datasets/cut_out_test.cpp
    datasets/inputs_test.cpp
    datasets/labels_test.cpp
    datasets/lips_view_test.cpp
    datasets/loader_clips_test.cpp
    datasets/loader_test.cpp
    datasets/noise_test.cpp
    datasets/splice_test.cpp
    datasets/step_plan_test.cpp
    datasets/time_mask_test.cpp
    datasets/training_noise_test.cpp
  LINK sotto_datasets)

sotto_test(inputs_parity_test LABEL parity
  SOURCES datasets/inputs_golden_test.cpp
  LINK sotto_datasets nlohmann_json::nlohmann_json)
