# What trains in several processes at once. Those that fork are programs of their own: a process that
# has LibTorch's threads cannot be forked.
sotto_test(launch_test LABEL unit
  SOURCES experiments/launch_test.cpp experiments/spawn_test.cpp
  LINK sotto_processes sotto_steps)
sotto_test(processes_test LABEL unit
  SOURCES experiments/gradient_buckets_test.cpp experiments/processes_test.cpp
  LINK sotto_processes)
sotto_test(language_processes_test LABEL train
  SOURCES experiments/language_processes_test.cpp
  LINK sotto_training)

sotto_test(data_parallel_test LABEL unit
  SOURCES experiments/data_parallel_test.cpp
  LINK sotto_processes sotto_experiments)
