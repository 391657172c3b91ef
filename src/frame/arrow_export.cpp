// Lending tables to Arrow.
//
// Each struct, child or parent, owns what it needs (private_data) and may be
// moved out of its parent and released by itself, as the interface demands.
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include <telar/frame/arrow.hpp>

#include "error/raise.hpp"
#include "frame/cells.hpp"

namespace telar {
namespace {

/// A struct of the interface with its children.
template <typename Struct>
struct family {
  std::vector<std::unique_ptr<Struct>> owned;
  std::vector<Struct*> pointers;

  void add(std::unique_ptr<Struct> child) {
    pointers.push_back(child.get());
    owned.push_back(std::move(child));
  }
  ~family() {
    for (const auto& child : owned) {
      if (child->release) child->release(child.get());
    }
  }
};

struct schema_memory {
  std::string format;
  std::string name;
  family<ArrowSchema> children;
};

struct array_memory {
  std::shared_ptr<detail::core> keep;
  std::vector<const void*> buffers;
  std::vector<unsigned char> bits;
  std::vector<std::int64_t> offsets;
  std::string text;
  family<ArrowArray> children;
};

void release_schema(ArrowSchema* schema) {
  delete static_cast<schema_memory*>(schema->private_data);
  schema->release = nullptr;
}

void release_array(ArrowArray* array) {
  delete static_cast<array_memory*>(array->private_data);
  array->release = nullptr;
}

ArrowSchema made_schema(std::unique_ptr<schema_memory> memory) {
  ArrowSchema schema{};
  schema.format = memory->format.c_str();
  schema.name = memory->name.c_str();
  schema.n_children = static_cast<std::int64_t>(memory->children.owned.size());
  schema.children = memory->children.pointers.data();
  schema.release = release_schema;
  schema.private_data = memory.release();
  return schema;
}

ArrowArray made_array(std::unique_ptr<array_memory> memory,
                      std::uint64_t rows) {
  ArrowArray array{};
  array.length = static_cast<std::int64_t>(rows);
  array.n_buffers = static_cast<std::int64_t>(memory->buffers.size());
  array.buffers = memory->buffers.data();
  array.n_children = static_cast<std::int64_t>(memory->children.owned.size());
  array.children = memory->children.pointers.data();
  array.release = release_array;
  array.private_data = memory.release();
  return array;
}

const char* format_of(column_type type) {
  constexpr const char* formats[] = {"",  "c", "s", "i", "l", "C", "S",
                                     "I", "L", "f", "g", "b", "U"};
  return formats[static_cast<std::size_t>(type)];
}

void lend(array_memory& to, const column<bool>& cells, std::uint64_t rows) {
  to.bits.resize((rows + 7) / 8);
  for (std::uint64_t i = 0; i < rows; ++i) {
    if (cells.load(i)) {
      to.bits[i / 8] = static_cast<unsigned char>(to.bits[i / 8] | 1 << i % 8);
    }
  }
  to.buffers = {nullptr, to.bits.data()};
}

void lend(array_memory& to, const column<std::string>& cells,
          std::uint64_t rows) {
  to.offsets.push_back(0);
  for (std::uint64_t i = 0; i < rows; ++i) {
    to.text += cells.load(i);
    to.offsets.push_back(static_cast<std::int64_t>(to.text.size()));
  }
  to.buffers = {nullptr, to.offsets.data(), to.text.data()};
}

template <typename T>
void lend(array_memory& to, const column<T>& cells, std::uint64_t rows) {
  cells.access().commit(rows);
  to.buffers = {nullptr, cells.span().data()};
}

ArrowArray column_array(const column_ref& of, std::uint64_t rows) {
  auto memory = std::make_unique<array_memory>();
  memory->keep = of.access().keep;
  detail::with_column(of.access(),
                      [&](const auto& cells) { lend(*memory, cells, rows); });
  return made_array(std::move(memory), rows);
}

}  // namespace

void export_arrow(const frame& table, ArrowSchema& schema, ArrowArray& array) {
  const std::uint64_t rows = table.rows();
  auto what = std::make_unique<schema_memory>();
  auto cells = std::make_unique<array_memory>();
  what->format = "+s";
  cells->buffers = {nullptr};
  for (const column_info& one : table.columns()) {
    // Of the type that it has now: others may have made a new one meanwhile.
    const column_ref now = table[one.name];
    auto child = std::make_unique<schema_memory>();
    child->format = format_of(now.type());
    child->name = one.name;
    what->children.add(
        std::make_unique<ArrowSchema>(made_schema(std::move(child))));
    cells->children.add(std::make_unique<ArrowArray>(column_array(now, rows)));
  }
  schema = made_schema(std::move(what));
  array = made_array(std::move(cells), rows);
}

}  // namespace telar
