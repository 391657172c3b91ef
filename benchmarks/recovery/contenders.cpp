// benchmarks/recovery/contenders.cpp: a graph, and the system's own robust
// mutexes.
#include <pthread.h>

#include <boost/interprocess/anonymous_shared_memory.hpp>
#include <cerrno>
#include <stdexcept>
#include <telar/graph.hpp>

#include "contender.hpp"
#include "support/held_vertex.hpp"

namespace bench {
namespace {

class graph_contender : public contender {
 public:
  explicit graph_contender(unsigned places)
      : places_(places),
        g_(telar::graph::create(telar::anonymous,
                                {.reserve = std::uint64_t{8} << 30})) {
    g_.add_vertices(places + most_workers);
  }
  std::string name() const override { return "a vertex of a graph"; }
  unsigned places() const override { return places_; }
  void work_at(unsigned place, unsigned worker) override {
    g_.add_edge(place, places_ + worker);
  }
  void hold(unsigned place) override {
    telar::test::held_vertices held(g_, place, place);
  }
  void verify() override {
    const auto found = g_.check();
    if (!found) throw std::runtime_error(found.problems[0]);
  }

 private:
  static constexpr unsigned most_workers = 1024;
  unsigned places_;
  telar::graph g_;
};

class mutex_contender : public contender {
 public:
  explicit mutex_contender(unsigned places)
      : places_(places),
        memory_(boost::interprocess::anonymous_shared_memory(
            places * sizeof(pthread_mutex_t))) {
    pthread_mutexattr_t kind;
    ::pthread_mutexattr_init(&kind);
    ::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    for (unsigned i = 0; i < places; ++i) ::pthread_mutex_init(&at(i), &kind);
    ::pthread_mutexattr_destroy(&kind);
  }
  std::string name() const override { return "a robust mutex"; }
  unsigned places() const override { return places_; }
  void work_at(unsigned place, unsigned) override {
    hold(place);
    ::pthread_mutex_unlock(&at(place));
  }
  void hold(unsigned place) override {
    const int result = ::pthread_mutex_lock(&at(place));
    if (result == EOWNERDEAD) {
      ::pthread_mutex_consistent(&at(place));
    } else if (result != 0) {
      throw std::runtime_error("a robust mutex is lost");
    }
  }

 private:
  pthread_mutex_t& at(unsigned place) {
    return static_cast<pthread_mutex_t*>(memory_.get_address())[place];
  }
  unsigned places_;
  boost::interprocess::mapped_region memory_;
};

}  // namespace

std::unique_ptr<contender> make_graph_contender(unsigned places) {
  return std::make_unique<graph_contender>(places);
}
std::unique_ptr<contender> make_mutex_contender(unsigned places) {
  return std::make_unique<mutex_contender>(places);
}

}  // namespace bench
