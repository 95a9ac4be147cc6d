# Checkpoints of other programs, without torch.
sotto_test(sotto_checkpoint_tests LABEL unit
  SOURCES
    experiments/checkpoint_damage_test.cpp
    experiments/checkpoint_file_test.cpp
    experiments/checkpoint_fixtures_test.cpp
  LINK sotto_checkpoint)

add_executable(copy_checkpoint experiments/copy_checkpoint.cpp)
target_link_libraries(copy_checkpoint PRIVATE sotto_checkpoint)
add_test(NAME checkpoint_torch
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/checkpoint_torch_test.sh
    $<TARGET_FILE:copy_checkpoint> ${SOTTO_SHARED_DIR}/fixtures)
set_tests_properties(checkpoint_torch PROPERTIES LABELS unit SKIP_RETURN_CODE 77 TIMEOUT 300)
