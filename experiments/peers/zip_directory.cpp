#include "experiments/peers/zip_directory.h"

#include <algorithm>
#include <utility>

#include <zlib.h>

#include "common/error.h"
#include "common/byte_reader.h"
#include "experiments/peers/printable.h"
#include "experiments/peers/zip_format.h"

namespace sotto::experiments {
namespace {

/// Where the list of entries lies in the file.
struct Central {
  uint64_t entries = 0;
  uint64_t bytes = 0;
  uint64_t offset = 0;
};

/// The zip as one stretch of bytes, read at any place.
struct Archive {
  const uint8_t* data;
  uint64_t bytes;
  const std::string& where;

  ByteReader at(uint64_t offset) const {
    if (offset > bytes) {
      fail("it ends too early");
    }
    return {data + offset, bytes - offset, where};
  }

  uint32_t signature_at(uint64_t offset) const { return at(offset).number<uint32_t>(); }

  [[noreturn]] void fail(const std::string& what) const { ByteReader(data, 0, where).fail(what); }
};

/// The end record is the last thing in the file, but for a comment of at most 64 KiB.
uint64_t find_end(const Archive& archive) {
  constexpr uint64_t kLongestComment = 0xffff;
  if (archive.bytes >= kZipEndBytes) {
    const uint64_t last = archive.bytes - kZipEndBytes;
    for (uint64_t comment = 0; comment <= std::min(last, kLongestComment); ++comment) {
      const uint64_t offset = last - comment;
      if (archive.signature_at(offset) == kZipEnd &&
          archive.at(offset + 20).number<uint16_t>() == comment) {
        return offset;
      }
    }
  }
  archive.fail("its end is missing");
}

Central read_zip64_end(const Archive& archive, uint64_t locator) {
  const auto offset = archive.at(locator + 8).number<uint64_t>();
  if (archive.signature_at(offset) != kZip64End) {
    archive.fail("its end is damaged");
  }
  ByteReader reader = archive.at(offset + 32);
  Central central;
  central.entries = reader.number<uint64_t>();
  central.bytes = reader.number<uint64_t>();
  central.offset = reader.number<uint64_t>();
  return central;
}

Central read_end(const Archive& archive) {
  const uint64_t end = find_end(archive);
  if (end >= kZip64LocatorBytes &&
      archive.signature_at(end - kZip64LocatorBytes) == kZip64Locator) {
    return read_zip64_end(archive, end - kZip64LocatorBytes);
  }
  ByteReader reader = archive.at(end + 10);
  Central central;
  central.entries = reader.number<uint16_t>();
  central.bytes = reader.number<uint32_t>();
  central.offset = reader.number<uint32_t>();
  return central;
}

/// Sizes and place of an entry. A field that 32 bits cannot hold is full of ones and stands in the
/// zip64 extra field instead, in this order.
void read_zip64_extra(ByteReader extra, uint64_t& size, uint64_t& stored, uint64_t& header) {
  if (size != kZip64Marker && stored != kZip64Marker && header != kZip64Marker) {
    return;
  }
  while (extra.remaining() >= 4) {
    const auto id = extra.number<uint16_t>();
    ByteReader content = extra.within(extra.number<uint16_t>());
    if (id == kZip64Extra) {
      for (uint64_t* field : {&size, &stored, &header}) {
        *field = *field == kZip64Marker ? content.number<uint64_t>() : *field;
      }
      return;
    }
  }
  extra.fail("an entry's size is missing");
}

/// Data follow the local header, whose name and extra field have lengths of their own.
void find_data(const Archive& archive, ZipEntry& entry) {
  ByteReader reader = archive.at(entry.header);
  if (reader.number<uint32_t>() != kZipLocalHeader) {
    archive.fail("an entry's header is damaged");
  }
  reader.bytes(22);
  const auto name_bytes = reader.number<uint16_t>();
  const auto extra_bytes = reader.number<uint16_t>();
  if (reader.bytes(name_bytes) != entry.name) {
    archive.fail("an entry has two names");
  }
  reader.bytes(extra_bytes);
  entry.data = archive.data + entry.header + reader.position();
  if (entry.bytes > reader.remaining()) {
    archive.fail("an entry is larger than the file");
  }
}

ZipEntry read_entry(const Archive& archive, ByteReader& central) {
  if (central.number<uint32_t>() != kZipCentralHeader) {
    archive.fail("its directory is damaged");
  }
  central.bytes(4);  // versions
  const auto flags = central.number<uint16_t>();
  const auto method = central.number<uint16_t>();
  central.bytes(4);  // time and date
  ZipEntry entry;
  entry.crc = central.number<uint32_t>();
  uint64_t stored = central.number<uint32_t>();
  entry.bytes = central.number<uint32_t>();
  const auto name_bytes = central.number<uint16_t>();
  const auto extra_bytes = central.number<uint16_t>();
  const auto comment_bytes = central.number<uint16_t>();
  central.bytes(8);  // disk, attributes
  entry.header = central.number<uint32_t>();
  entry.name = central.bytes(name_bytes);
  read_zip64_extra(central.within(extra_bytes), entry.bytes, stored, entry.header);
  central.bytes(comment_bytes);
  if ((flags & kZipEncrypted) != 0 || method != 0 || stored != entry.bytes) {
    throw CheckpointError(
        archive.where +
        ": expected a zip as torch.save writes it, got one with compressed or "
        "encrypted entries; save it again with torch.save");
  }
  find_data(archive, entry);
  return entry;
}

void refuse_overlaps(const Archive& archive, std::vector<ZipEntry> entries, uint64_t central) {
  std::sort(entries.begin(), entries.end(), [](const ZipEntry& a, const ZipEntry& b) {
    return a.header < b.header;
  });
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto begin = static_cast<uint64_t>(entries[i].data - archive.data);
    const uint64_t limit = i + 1 < entries.size() ? entries[i + 1].header : central;
    if (begin + entries[i].bytes > limit) {
      archive.fail("its entries overlap");
    }
  }
}

void refuse_equal_names(const Archive& archive, const std::vector<ZipEntry>& sorted) {
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i - 1].name == sorted[i].name) {
      archive.fail("two entries have one name");
    }
  }
}

bool by_name(const ZipEntry& a, const ZipEntry& b) {
  return a.name < b.name;
}

bool has_checksum(const ZipEntry& entry) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  return entry.data != nullptr;  // hardly a mutated file would get past the checksum
#else
  // zlib's CRC-32 does more than 1 GB/s, as fast as the file comes from a disk.
  return crc32_z(0, entry.data, entry.bytes) == entry.crc;
#endif
}

}  // namespace

ZipDirectory::ZipDirectory(const uint8_t* data, uint64_t bytes, std::string where)
    : where_(std::move(where)) {
  const Archive archive{data, bytes, where_};
  const Central central = read_end(archive);
  if (central.offset > bytes || central.bytes > bytes - central.offset ||
      central.entries > central.bytes / kZipCentralHeaderBytes) {
    archive.fail("its directory is larger than the file");
  }
  ByteReader reader(data + central.offset, central.bytes, where_);
  entries_.reserve(central.entries);
  for (uint64_t i = 0; i < central.entries; ++i) {
    entries_.push_back(read_entry(archive, reader));
  }
  std::sort(entries_.begin(), entries_.end(), by_name);
  refuse_equal_names(archive, entries_);
  refuse_overlaps(archive, entries_, central.offset);
}

const ZipEntry* ZipDirectory::find(std::string_view name) const {
  ZipEntry wanted;
  wanted.name = name;
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), wanted, by_name);
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

void ZipDirectory::verify(const ZipEntry& entry) const {
  if (!has_checksum(entry)) {
    throw CheckpointError(
        where_ + ": not a whole file: the bytes of " + printable(entry.name) +
        " do not have the checksum that was written beside them; copy or download the file again");
  }
}

}  // namespace sotto::experiments
