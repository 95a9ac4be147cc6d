#pragma once

#include <cstdint>

namespace sotto::experiments {

// Numbers of the zip format (PKWARE's APPNOTE 6.3, sections 4.3 and 4.5).
constexpr uint32_t kZipLocalHeader = 0x04034b50;
constexpr uint32_t kZipCentralHeader = 0x02014b50;
constexpr uint32_t kZip64End = 0x06064b50;
constexpr uint32_t kZip64Locator = 0x07064b50;
constexpr uint32_t kZipEnd = 0x06054b50;

constexpr uint64_t kZipLocalHeaderBytes = 30;
constexpr uint64_t kZipCentralHeaderBytes = 46;
constexpr uint64_t kZip64EndBytes = 56;
constexpr uint64_t kZip64LocatorBytes = 20;
constexpr uint64_t kZipEndBytes = 22;

/// The extra field that holds 64-bit sizes, and what stands in the 32-bit fields then.
constexpr uint16_t kZip64Extra = 0x0001;
constexpr uint32_t kZip64Marker = 0xffffffff;

constexpr uint16_t kZipEncrypted = 0x0001;
constexpr uint16_t kZipUtf8Names = 0x0800;

}  // namespace sotto::experiments
