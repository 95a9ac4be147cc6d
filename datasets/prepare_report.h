#pragma once

#include <string>

namespace sotto::datasets {

/// Writes STORE/report.html about a prepared store: counts, reasons of what was skipped, histograms
/// of length and quality, and the mouths of a sample and of the doubtful clips. One file that needs
/// nothing else. Equal stores give equal reports.
void write_prepare_report(const std::string& store);

}  // namespace sotto::datasets
