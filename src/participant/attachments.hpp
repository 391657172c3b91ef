// participant/attachments.hpp: this thread's slots in all graphs it has used.
//
// A life-lock can only be released by the thread that holds it, so when a graph
// is closed its other threads let go later: at their next attach, or when they
// end.  Until then they keep the graph's slots mapped, and nothing else of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <telar/detail/reader.hpp>

#include "segment/mapping.hpp"

namespace telar::detail {

struct attached_memory {
  explicit attached_memory(std::shared_ptr<mapping> slots)
      : control(std::move(slots)) {}
  std::shared_ptr<mapping> control;
  std::atomic<bool> closed{false};
};

/// The slot of this thread in that core, or null.  Makes it the last one used.
[[nodiscard]] slot* find_attachment(std::uint64_t serial);

/// Makes room to remember one more, before its life-lock is taken.  Throws
/// `no_space` if the thread holds as many life-locks as it should: the kernel
/// releases 2048 at its death, of which others may need some.
void prepare_attachment();
void remember_attachment(std::uint64_t serial,
                         std::shared_ptr<attached_memory> memory, slot& s);

/// Detaches this thread from graphs whose handles are gone.
void drop_closed_attachments();

/// Writes who we are into a slot whose life-lock we hold: messages name us.
void sign(slot& s);

/// Lets go of the life-lock of a slot, which is signed by nobody then.
void withdraw(slot& s);

/// Makes a slot that we have just taken ours.
void introduce(slot& s);

}  // namespace telar::detail
