sotto_test(report_test LABEL unit
  SOURCES
    experiments/report/event_file_test.cpp
    experiments/report/run_log_test.cpp
    experiments/report/run_report_test.cpp
  LINK sotto_report)

sotto_test(samples_test LABEL unit
  SOURCES experiments/report/samples_test.cpp
  LINK sotto_experiments)
