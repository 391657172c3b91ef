// Mappings: Boost's for files, plain mmap for private memory, which Boost can
// only make from a file.
#include "segment/mapping.hpp"

#include <sys/mman.h>

#include <boost/interprocess/mapped_region.hpp>
#include <cerrno>

namespace telar::detail {
namespace {

namespace bip = boost::interprocess;

/// What Boost calls a memory-mappable: it lends the handle.
struct mappable {
  int fd;
  bip::mapping_handle_t get_mapping_handle() const {
    return bip::ipcdetail::mapping_handle_from_file_handle(fd);
  }
  bip::mode_t get_mode() const { return bip::read_write; }
};

class shared_mapping : public mapping {
 public:
  explicit shared_mapping(bip::mapped_region&& region)
      : mapping(region.get_address(), region.get_size()) {
    region_.swap(region);
  }

 private:
  bip::mapped_region region_;
};

class private_mapping : public mapping {
 public:
  private_mapping(void* address, std::uint64_t size) : mapping(address, size) {}
  ~private_mapping() override { ::munmap(address(), size()); }
};

std::shared_ptr<mapping> map_file(int fd, std::uint64_t offset,
                                  std::uint64_t size) try {
  // With options, Boost adds none of its own but MAP_SHARED.
  return std::make_shared<shared_mapping>(bip::mapped_region(
      mappable{fd}, bip::read_write, static_cast<bip::offset_t>(offset), size,
      nullptr, MAP_NORESERVE));
} catch (const bip::interprocess_exception& refused) {
  errno = refused.get_native_error();
  return nullptr;
}

std::shared_ptr<mapping> map_private(std::uint64_t size) {
  void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) return nullptr;
  try {
    return std::make_shared<private_mapping>(address, size);
  } catch (...) {
    ::munmap(address, size);
    throw;
  }
}

}  // namespace

std::shared_ptr<mapping> mapping::make(const descriptor& file,
                                       std::uint64_t offset,
                                       std::uint64_t size) {
  auto made = file ? map_file(file.get(), offset, size) : map_private(size);
  // A core dump of the whole reserve keeps a dead holder's locks for minutes.
  if (made) ::madvise(made->address(), size, MADV_DONTDUMP);
  return made;
}

std::byte* lazy_mapping::map(const descriptor& file, std::uint64_t offset,
                             std::uint64_t size) {
  if (std::byte* known = address()) return known;
  auto mine = mapping::make(file, offset, size);
  if (!mine) return nullptr;
  auto made = std::make_unique<std::shared_ptr<mapping>>(std::move(mine));
  std::shared_ptr<mapping>* none = nullptr;
  // Release: pairs with address().  Who comes second unmaps its own.
  if (made_.compare_exchange_strong(none, made.get(), std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {
    return (*made.release())->address();
  }
  return (*none)->address();
}

}  // namespace telar::detail
