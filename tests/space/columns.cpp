// tests/space/columns.cpp: tables, their columns, rows and strings.
#include "space/trial.hpp"

namespace telar::test {
namespace {

constexpr placement placements[] = {placement::shared, placement::file,
                                    placement::anonymous, placement::isolated};

frame_options smallest() { return {.reserve = std::uint64_t{16} << 20}; }

void make(world& w) { w.table.emplace(frame::create(w.where, smallest())); }

std::vector<scenario> tables() {
  std::vector<scenario> all;
  for (const placement where : placements) {
    const std::string name(to_string(where));
    all.push_back(
        {.name = "creates a table, " + name,
         .where = where,
         .call = [](world& w, std::size_t, std::size_t) { make(w); }});
    all.push_back({.name = "adds the first column, " + name,
                   .where = where,
                   .earlier =
                       [](world& w) {
                         make(w);
                         w.table->append_rows(3);
                       },
                   .call =
                       [](world& w, std::size_t, std::size_t) {
                         w.table->add_column<std::int32_t>("age", 7);
                       }});
    all.push_back({.name = "appends rows, " + name,
                   .where = where,
                   .earlier =
                       [](world& w) {
                         make(w);
                         w.table->append_rows(510);
                         w.table->add_column<std::int32_t>("age", 7);
                         w.table->add_column<double>("height", 1.5);
                       },
                   .call = [](world& w, std::size_t,
                              std::size_t) { w.table->append_rows(10); }});
  }
  for (const placement where : {placement::shared, placement::file}) {
    all.push_back(
        {.name = "opens a table and reads it, " + std::string(to_string(where)),
         .where = where,
         .earlier =
             [](world& w) {
               frame made = frame::create(w.where, smallest());
               made.append_rows(3);
               made.add_column<std::int32_t>("age", 7);
               made.add_column<std::string>("name", std::string("Ada"));
             },
         .call =
             [](world& w, std::size_t, std::size_t) {
               frame opened = frame::open(w.where);
               (void)opened.text();
               w.table.emplace(std::move(opened));
             }});
  }
  return all;
}

std::vector<scenario> strings() {
  const auto with_texts = [](world& w) {
    make(w);
    w.table->append_rows(100);
    w.table->add_column<std::string>("name", std::string("Ada"));
  };
  return {{.name = "adds a column of strings",
           .earlier =
               [](world& w) {
                 make(w);
                 w.table->append_rows(3);
               },
           .call =
               [](world& w, std::size_t, std::size_t) {
                 w.table->add_column<std::string>("name", std::string("Bo"));
               }},
          {.name = "stores a string that needs memory",
           .earlier = with_texts,
           .call =
               [](world& w, std::size_t, std::size_t) {
                 w.table->column<std::string>("name").store(
                     5, std::string(5000, 'x'));
               }},
          {.name = "packs a column of strings",
           .earlier = with_texts,
           .call = [](world& w, std::size_t,
                      std::size_t) { w.table->pack("name"); }},
          {.name = "drops a column",
           .earlier = with_texts,
           .call = [](world& w, std::size_t,
                      std::size_t) { (void)w.table->drop_column("name"); }},
          {.name = "selects rows into a new table",
           .where = placement::shared,
           .earlier = with_texts,
           .call = [](world& w, std::size_t, std::size_t) {
             const frame chosen = w.table->select({"name"}, isolated);
             (void)chosen.rows();
           }}};
}

}  // namespace

std::vector<scenario> column_scenarios() {
  std::vector<scenario> all = tables();
  for (scenario& one : strings()) all.push_back(std::move(one));
  return all;
}

}  // namespace telar::test
