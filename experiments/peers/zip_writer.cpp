#include "experiments/peers/zip_writer.h"

#include <algorithm>

#include <zlib.h>

namespace sotto::experiments {
namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint16_t kZip64Version = 45;
constexpr uint16_t kStored = 0;

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_method_and_time(std::string& header) {
  put<uint16_t>(header, kZipUtf8Names);
  put<uint16_t>(header, kStored);
  put<uint32_t>(header, 0);  // no time, no date
}

}  // namespace

ZipWriter::ZipWriter(const std::string& path, uint64_t zip64_from)
    : file_(path), zip64_from_(zip64_from) {}

void ZipWriter::write(std::string_view bytes) {
  file_.write(bytes);
  position_ += bytes.size();
}

/// A number as a 32-bit field holds it: ones where the zip64 field has it instead.
uint32_t ZipWriter::narrow(uint64_t number) const {
  return number >= zip64_from_ ? kZip64Marker : static_cast<uint32_t>(number);
}

void ZipWriter::add(const std::string& name, const void* data, uint64_t bytes) {
  // zlib's CRC-32 does about 1 GB/s: faster than the disk that the bytes go to.
  const auto crc = static_cast<uint32_t>(crc32_z(0, static_cast<const Bytef*>(data), bytes));
  entries_.push_back({name, position_, bytes, bytes == 0 ? 0 : crc});
  write(local_header(entries_.back()));
  file_.write(data, bytes);
  position_ += bytes;
}

std::string ZipWriter::local_header(const Entry& entry) const {
  std::string extra;
  if (entry.bytes >= zip64_from_) {
    put(extra, kZip64Extra);
    put<uint16_t>(extra, 16);
    put(extra, entry.bytes);
    put(extra, entry.bytes);
  }
  // The field "FB" fills up to the data's place, as torch.save does it.
  const uint64_t so_far =
      entry.header + kZipLocalHeaderBytes + entry.name.size() + extra.size() + 4;
  const uint64_t filler = (kAlignment - so_far % kAlignment) % kAlignment;
  extra += "FB";
  put(extra, static_cast<uint16_t>(filler));
  extra.append(filler, 'Z');

  std::string header;
  put(header, kZipLocalHeader);
  put<uint16_t>(header, kZip64Version);
  put_method_and_time(header);
  put(header, entry.crc);
  put(header, narrow(entry.bytes));
  put(header, narrow(entry.bytes));
  put(header, static_cast<uint16_t>(entry.name.size()));
  put(header, static_cast<uint16_t>(extra.size()));
  return header + entry.name + extra;
}

std::string ZipWriter::central_header(const Entry& entry) const {
  std::string wide;
  for (const uint64_t number : {entry.bytes, entry.bytes, entry.header}) {
    if (number >= zip64_from_) {
      put(wide, number);
    }
  }
  std::string extra;
  if (!wide.empty()) {
    put(extra, kZip64Extra);
    put(extra, static_cast<uint16_t>(wide.size()));
    extra += wide;
  }
  std::string header;
  put(header, kZipCentralHeader);
  put<uint16_t>(header, kZip64Version);
  put<uint16_t>(header, kZip64Version);
  put_method_and_time(header);
  put(header, entry.crc);
  put(header, narrow(entry.bytes));
  put(header, narrow(entry.bytes));
  put(header, static_cast<uint16_t>(entry.name.size()));
  put(header, static_cast<uint16_t>(extra.size()));
  header.append(10, '\0');  // no comment, first disk, no attributes
  put(header, narrow(entry.header));
  return header + entry.name + extra;
}

/// The zip64 end, its locator, and the end that every zip has.
std::string ZipWriter::end(uint64_t central_bytes) const {
  const uint64_t count = entries_.size();
  const uint64_t central = position_ - central_bytes;
  std::string end;
  put(end, kZip64End);
  put<uint64_t>(end, kZip64EndBytes - 12);
  put<uint16_t>(end, kZip64Version);
  put<uint16_t>(end, kZip64Version);
  put<uint64_t>(end, 0);  // this disk is the first
  put(end, count);
  put(end, count);
  put(end, central_bytes);
  put(end, central);

  put(end, kZip64Locator);
  put<uint32_t>(end, 0);
  put(end, position_);
  put<uint32_t>(end, 1);  // disks

  put(end, kZipEnd);
  put<uint32_t>(end, 0);
  const auto short_count = static_cast<uint16_t>(std::min<uint64_t>(count, 0xffff));
  put(end, short_count);
  put(end, short_count);
  put(end, narrow(central_bytes));
  put(end, narrow(central));
  put<uint16_t>(end, 0);
  return end;
}

void ZipWriter::commit() {
  const uint64_t begin = position_;
  for (const Entry& entry : entries_) {
    write(central_header(entry));
  }
  write(end(position_ - begin));
  file_.commit();
}

}  // namespace sotto::experiments
