#pragma once

#include <string>

namespace sotto::experiments {

/// Seconds since 1970, now.
double unix_now();
/// RFC 3339 in UTC, to the millisecond: "2026-11-29T01:45:03.250Z".
std::string time_text(double unix_s);
/// What `time_text` wrote; NaN for anything else.
double parse_time(const std::string& text);

}  // namespace sotto::experiments
