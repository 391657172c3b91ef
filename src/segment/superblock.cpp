// The first page of a segment.
#include "segment/superblock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>

#include <telar/detail/checkpoint_format.hpp>

#include "error/raise.hpp"
#include "segment/backing.hpp"
#include "segment/geometry.hpp"
#include "segment/retry.hpp"

namespace telar::detail {
namespace {

constexpr std::uint32_t endianness_mark = 0x01020304;

std::uint64_t checksum_of(const superblock& block) {
  return checksum(&block, offsetof(superblock, checksum));
}

void require_payload(const payload_type& payload) {
  if (payload.alignment == 0 || payload.alignment > 16 ||
      !std::has_single_bit(payload.alignment)) {
    raise(errc::bad_argument,
          "an edge payload is aligned to 1, 2, 4, 8 or 16 "
          "bytes, not " +
              std::to_string(payload.alignment) + ".");
  }
  // The block of the largest adjacency must still be one extent run.
  if (payload.size > 4096) {
    raise(errc::bad_argument,
          "an edge payload has at most 4096 bytes, not " +
              std::to_string(payload.size) +
              ".  Keep large things elsewhere and their index here.");
  }
  if (payload.name.size() >= sizeof(superblock::payload_name)) {
    raise(errc::bad_argument,
          "the payload type's name is too long: " + payload.name + ".");
  }
}

/// Entries of a feed that remembers so many changes: the oldest is no use while
/// the next is being written, and the ring has a power of two.
std::uint64_t feed_entries(std::uint64_t changes, std::uint64_t most) {
  return changes == 0 || changes >= most ? changes : std::bit_ceil(changes + 1);
}

/// A quarter of the reserve at most: without that, there would be no room for
/// what changes.
bool is_possible_feed(const superblock& block) {
  if (block.changes == 0) return true;
  return std::has_single_bit(block.changes) && block.changes > 1 &&
         block.changes < block.reserve &&
         feed_bytes(block) <= block.reserve / 4;
}

void require_feed(const superblock& block, std::uint64_t asked) {
  if (is_possible_feed(block)) return;
  raise(errc::bad_argument,
        "a feed of " + std::to_string(asked) +
            " changes needs more than a quarter of the reserve, which is " +
            std::to_string(block.reserve >> 20) +
            " MiB.  Ask for fewer changes, or for a larger reserve.");
}

[[noreturn]] void refuse(errc code, const std::string& name,
                         const std::string& why) {
  raise(code, "cannot open " + name + ": " + why);
}

}  // namespace

superblock describe(const location& where, const graph_options& options,
                    std::uint64_t reserve) {
  require_payload(options.payload);
  superblock block{};
  block.magic = magic;
  block.format_version = format_version;
  block.fingerprint = abi_fingerprint();
  block.endianness = endianness_mark;
  block.placement = static_cast<std::uint32_t>(where.placement());
  block.reserve = reserve;
  block.limit = options.limit;
  block.kind = static_cast<std::uint32_t>(options.kind);
  block.parallel = static_cast<std::uint32_t>(options.parallel);
  block.keys = static_cast<std::uint32_t>(options.keys);
  block.payload_size = options.payload.size;
  block.payload_alignment = options.payload.alignment;
  block.changes = feed_entries(options.changes, reserve);
  require_feed(block, options.changes);
  block.creator_pid = static_cast<std::uint32_t>(::getpid());
  block.created = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(
          std::chrono::system_clock::now().time_since_epoch())
          .count());
  std::random_device random;
  for (auto& byte : block.uuid) byte = static_cast<std::uint8_t>(random());
  std::memcpy(block.payload_name, options.payload.name.data(),
              options.payload.name.size());
  adopt_boot(block, where.name());
  return block;
}

void validate(const superblock& copy, std::uint64_t file_bytes,
              const std::string& name) {
  if (std::memcmp(&copy, checkpoint_magic, sizeof checkpoint_magic) == 0) {
    refuse(errc::incompatible, name,
           "it is a checkpoint, not a live graph.  Read it as a checkpoint, or "
           "make a live graph of it (telar restore).");
  }
  if (copy.magic != magic) {
    refuse(errc::corrupt, name, "it is not a Telar graph.");
  }
  if (copy.endianness != endianness_mark) {
    refuse(errc::incompatible, name,
           std::string("it was made on a machine of another byte order.") +
               by_checkpoint);
  }
  if (copy.format_version != format_version) {
    refuse(errc::incompatible, name,
           "it has format " + std::to_string(copy.format_version) +
               ", this build reads format " + std::to_string(format_version) +
               "." + by_checkpoint);
  }
  if (copy.fingerprint != abi_fingerprint()) {
    refuse(errc::incompatible, name,
           std::string("it was made by a build with another memory layout "
                       "(compiler, C library or architecture).") +
               by_checkpoint);
  }
  if (copy.checksum != checksum_of(copy)) {
    refuse(errc::corrupt, name, "its first page is damaged.");
  }
  if (copy.reserve < min_reserve || copy.reserve > max_reserve ||
      copy.reserve % page != 0 || copy.kind > 2 || copy.parallel > 1 ||
      copy.keys > 2 || copy.payload_size > 4096 ||
      // Others have no name to be opened by.
      copy.placement > static_cast<std::uint32_t>(placement::file) ||
      copy.payload_alignment > 16 || !is_possible_feed(copy) ||
      !std::has_single_bit(copy.payload_alignment) ||
      copy.payload_name[sizeof copy.payload_name - 1] != 0 ||
      copy.boot_id[sizeof copy.boot_id - 1] != 0) {
    refuse(errc::corrupt, name, "its first page says what no graph can be.");
  }
  if (file_bytes < copy.reserve) {
    refuse(errc::corrupt, name,
           "it was cut to " + std::to_string(file_bytes) + " of " +
               std::to_string(copy.reserve) + " bytes.");
  }
}

bool is_of_this_boot(const superblock& copy, const std::string& name) {
  const std::string now = boot_id(name);
  if (now == copy.boot_id) return true;
  // Where a system does not say which boot it is, its users may be at work.
  if (copy.placement != static_cast<std::uint32_t>(placement::file) ||
      now.empty() || copy.boot_id[0] == 0) {
    refuse(errc::incompatible, name,
           std::string("it was last used before the machine was restarted, or "
                       "on another one, and only a graph in a file outlives "
                       "that.") +
               by_checkpoint);
  }
  return false;
}

void adopt_boot(superblock& block, const std::string& name) {
  const std::string now = boot_id(name);
  std::memset(block.boot_id, 0, sizeof block.boot_id);
  std::memcpy(block.boot_id, now.data(), now.size());
  block.checksum = checksum_of(block);
}

std::string boot_id(const std::string& name) {
  constexpr char path[] = "/proc/sys/kernel/random/boot_id";
  const auto fail = [&] {
    raise_system(errno, name + ": cannot read " + path);
  };
  const descriptor file(
      uninterrupted([&] { return ::open(path, O_RDONLY | O_CLOEXEC); }));
  // Without /proc, nobody here knows it: that is the same for all.
  if (!file && errno == ENOENT) return {};
  if (!file) fail();
  char text[sizeof(superblock::boot_id) - 1];
  const ssize_t size =
      uninterrupted([&] { return ::pread(file.get(), text, sizeof text, 0); });
  if (size < 0) fail();
  const std::string_view all(text, static_cast<std::size_t>(size));
  return std::string(all.substr(0, all.find('\n')));
}

}  // namespace telar::detail
