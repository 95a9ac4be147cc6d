# Published checkpoints: import, parity with their own code, export.
sotto_test(peers_parity_test LABEL parity
  SOURCES
    experiments/peers_beams_test.cpp
    experiments/peers_config_test.cpp
    experiments/peers_ebranchformer_test.cpp
    experiments/peers_export_test.cpp
    experiments/peers_features_test.cpp
    experiments/peers_hostile_test.cpp
    experiments/peers_import_test.cpp
    experiments/peers_language_model_test.cpp
    experiments/peers_wenet_test.cpp
    peers.cpp
  LINK sotto_experiments nlohmann_json::nlohmann_json)
# Networks of impossible sizes are asked for, which libtorch refuses; the sanitizer's allocator would
# stop the program first.
set_property(TEST peers_parity_test APPEND PROPERTY ENVIRONMENT "ASAN_OPTIONS=allocator_may_return_null=1")

add_test(NAME peers_torch
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/peers_torch_test.sh
    $<TARGET_FILE:sotto> ${SOTTO_SHARED_DIR}/fixtures)
set_tests_properties(peers_torch PROPERTIES LABELS parity SKIP_RETURN_CODE 77 TIMEOUT 600)
