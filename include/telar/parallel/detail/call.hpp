// telar/parallel/detail/call.hpp: one call of an executor, with its types
// erased: what src/parallel/ knows of it.  Not part of the API.
//
// Tasks are numbered by their place in the input and handed out in batches.  A
// batch has a cell for each input (unless tasks find theirs by number), one for
// each result, and a status byte each.  A cell holds the bytes of the value, or
// for a value that is not trivially copyable an address: of the object itself
// when the task runs in the caller's process (`local`), of its encoded bytes in
// shared memory when it does not.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <telar/parallel/codec.hpp>
#include <telar/parallel/outcome.hpp>

namespace telar::parallel::detail {

/// Where encoded bytes lie.
struct blob {
  std::byte* address;
  std::uint64_t size;
};

/// Gives out shared memory for encoded values.
class blob_store {
 public:
  /// Throws `no_space`.
  virtual blob store(std::span<const std::byte> bytes) = 0;

 protected:
  ~blob_store() = default;
};

/// A batch, as a worker runs it and the caller collects it.
struct batch_view {
  std::uint64_t first = 0;  ///< Number of the first task.
  std::uint32_t count = 0;
  std::uint32_t position = 0;  ///< Where to go on.
  std::byte* in = nullptr;
  std::byte* out = nullptr;
  std::size_t in_stride = 0;
  std::size_t out_stride = 0;
  std::atomic<std::uint8_t>* status = nullptr;
  std::atomic<std::uint32_t>* begun = nullptr;
  const std::atomic<std::uint32_t>* stop = nullptr;
  blob_store* blobs = nullptr;
  bool local = false;
  bool limited = false;  ///< There is a time limit.
  bool failed = false;   ///< A task of it threw, or was late.

  [[nodiscard]] std::byte* input(std::uint32_t i) const {
    return in + i * in_stride;
  }
  [[nodiscard]] std::byte* result(std::uint32_t i) const {
    return out + i * out_stride;
  }

  [[nodiscard]] bool stopped() const {
    // Relaxed: a task more or less.
    return stop->load(std::memory_order_relaxed) != 0;
  }
  /// Says that task i begins; false: nothing may begin any more.
  bool begin(std::uint32_t i) {
    if (stopped()) return false;
    position = i;
    // Release: pairs with the caller's look after this worker died.
    begun->store(i + 1, std::memory_order_release);
    if (limited) [[unlikely]]
      note_start();
    return true;
  }
  /// Says that its value is there.  Release: as above, and pairs with the
  /// collection of the batch.
  void end(std::uint32_t i) {
    if (limited && overdue()) [[unlikely]]
      return end_late(i);
    status[i].store(static_cast<std::uint8_t>(task_status::value),
                    std::memory_order_release);
  }

 private:
  void note_start() const;
  [[nodiscard]] bool overdue() const;
  void end_late(std::uint32_t i);
};

// ---- Cells

template <typename T>
inline constexpr std::size_t cell_bytes = std::is_trivially_copyable_v<T>
                                              ? sizeof(T)
                                              : sizeof(blob);

template <typename T>
void put(T&& value, std::byte* cell, bool local, blob_store* blobs) {
  using plain = std::remove_cvref_t<T>;
  if constexpr (std::is_trivially_copyable_v<plain>) {
    std::memcpy(cell, std::addressof(value), sizeof(plain));
  } else if (local) {
    auto* const kept = new plain(std::forward<T>(value));
    std::memcpy(cell, &kept, sizeof kept);
  } else if constexpr (has_codec<plain>) {
    byte_writer bytes;
    codec<plain>::encode(value, bytes);
    const blob stored = blobs->store(bytes.bytes());
    std::memcpy(cell, &stored, sizeof stored);
  }
}

/// Takes the value out of its cell: once.
template <typename T>
[[nodiscard]] T take(const std::byte* cell, bool local) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    alignas(T) std::byte bytes[sizeof(T)];
    std::memcpy(bytes, cell, sizeof(T));
    return *std::launder(reinterpret_cast<T*>(bytes));
  } else {
    if constexpr (has_codec<T>) {
      if (!local) {
        blob stored;
        std::memcpy(&stored, cell, sizeof stored);
        byte_reader bytes({stored.address, stored.size});
        return codec<T>::decode(bytes);
      }
    }
    T* kept;
    std::memcpy(&kept, cell, sizeof kept);
    const std::unique_ptr<T> owned(kept);
    return std::move(*owned);
  }
}

/// Frees what a cell holds in this process.
template <typename T>
void drop(const std::byte* cell, bool local) {
  if constexpr (!std::is_trivially_copyable_v<T>) {
    if (!local) return;
    T* kept;
    std::memcpy(&kept, cell, sizeof kept);
    delete kept;
  }
}

// ---- The call

/// What a worker that was forked before the call needs of it: code that was
/// there then, and the arguments that all tasks have in common.
struct portable_code {
  void* (*begin)(byte_reader& arguments) = nullptr;
  void (*run)(void* context, batch_view& batch) = nullptr;
  void (*end)(void* context) = nullptr;
};

class call {
 public:
  call() = default;
  call(const call&) = delete;
  call& operator=(const call&) = delete;
  virtual ~call() = default;

  // ---- What the caller's side does, in the caller's thread

  /// Puts the next inputs, `most` at most, into the batch's cells and counts
  /// them, also where the range then throws; false: it is at its end.
  virtual bool pull(const batch_view& batch, std::uint32_t most,
                    std::uint32_t& count, blob_store& blobs) = 0;
  /// Takes the value of task `first + i` out of its cell.
  virtual void collect(const batch_view& batch, std::uint32_t i) = 0;
  /// Takes them all at once; false: they have to be taken one by one.
  virtual bool collect_all(const batch_view&) { return false; }
  virtual void fail(std::uint64_t task, task_failure failure) = 0;
  /// Frees the input, or the value, in a cell that nobody will take.
  virtual void drop_input(const std::byte* cell, bool local) = 0;
  virtual void drop_value(const std::byte* cell, bool local) = 0;
  /// Whether a result said that it is enough.
  [[nodiscard]] virtual bool enough() const { return false; }

  // ---- What runs where the task does

  /// Runs the batch's tasks from `position` on.  What a task throws leaves
  /// here.
  virtual void run(batch_view& batch) = 0;
  /// Makes place for all results, so that tasks can put theirs by number; false:
  /// they cannot, or the input is not found by number.
  virtual bool make_places() { return false; }
  /// Likewise, when there are such places.  Only `first`, `count`, `position`
  /// and `stop` of the batch are used.
  virtual void run_by_number(batch_view&) {}
  /// Null: the task is not portable.
  [[nodiscard]] virtual const portable_code* code() const { return nullptr; }
  virtual void encode_arguments(byte_writer&) const {}

  // ---- What it is.  Written by the derived class before the call.

  std::optional<std::uint64_t> total;
  /// Tasks find their input by number, wherever the caller's memory is seen.
  bool indexed = false;
  /// Inputs, or results, can be passed between processes.
  bool input_travels = false;
  bool result_travels = false;
  /// Neither has bytes outside of its cell.
  bool plain = false;
  const char* result_type = "";
  bool prompt = false;   ///< Somebody looks at each result as it comes.
  bool partial = false;  ///< A task that fails does not end the call.
  std::size_t in_bytes = 0;
  std::size_t out_bytes = 0;
  std::uint64_t taken = 0;  ///< Inputs that were taken from the range.
};

}  // namespace telar::parallel::detail
