// tests/crash/frame_scenario.cpp: calls on tables, as rows of the same table.
#include <string>

#include <telar/frame.hpp>

#include "crash/scenario.hpp"
#include "graph/core.hpp"

namespace telar::test {
namespace {

std::string words_of(const graph& g) { return frame(g).head(3, 1000); }

std::string problems_of(const graph& g) {
  std::string lines;
  for (const std::string& problem : frame(g).check().problems) {
    lines += problem + '\n';
  }
  return lines;
}

/// Columns "a" of numbers and "text" of strings, and one to be dropped.
void with_columns(graph& g) {
  frame table(g);
  table.add_column<double>("a", 0.5);
  auto text = table.add_column<std::string>("text");
  text.store(0, "before");
  text.store(1, "a second one");
  text.store(1, "replaced");
  table.add_column<std::int32_t>("gone", 7);
  table.add_column<std::int32_t>("never seen", 8);
  table.drop_column("never seen");
}

/// Whoever drops a column puts right what others left of theirs.
void drop_gone(graph& g) { frame(g).drop_column("gone"); }

/// Which columns there are, as every participant has seen them once.
void look(graph& g) { (void)frame(g).head(3); }

scenario on_table(std::string name, std::function<void(frame&)> call) {
  return {.name = std::move(name),
          .before = with_columns,
          .earlier = look,
          .call =
              [call = std::move(call)](std::optional<graph>& g, std::size_t) {
                frame table(*g);
                call(table);
              },
          .next = drop_gone,
          .shows = words_of,
          .wrong = problems_of};
}

}  // namespace

std::vector<scenario> frame_scenarios() {
  return {
      on_table("drops a column", [](frame& t) { t.drop_column("a"); }),
      on_table("drops the column that the next one drops, too",
               [](frame& t) { t.drop_column("gone"); }),
      on_table("packs a column of strings", [](frame& t) { t.pack("text"); }),
      on_table("appends rows", [](frame& t) { t.append_rows(3); }),
      on_table("appends rows beyond what is committed",
               [](frame& t) { t.append_rows(600); }),
      on_table("stores a string",
               [](frame& t) {
                 t.column<std::string>("text").store(2, "what is new");
               }),
      on_table("adds a column",
               [](frame& t) { t.add_column<std::int64_t>("b", -3); }),
  };
}

}  // namespace telar::test
