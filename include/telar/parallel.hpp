// telar/parallel.hpp: an executor that is used call after call, over threads,
// forked processes or lasting workers.  Start at parallel/executor.hpp.
//
//   telar::parallel::executor threads;
//   auto roots = threads.map([&](double x) { return std::sqrt(x); }, numbers);
//
//   telar::graph_ref ref(g);                       // before the pool
//   telar::parallel::worker_pool pool;             // early in the program
//   pool.for_each([](int v, telar::graph_ref g) { g->add_edge(v, 5); },
//                 std::vector{1, 2, 3}, ref);
//
//   backend      tasks see                        a crash of a task ends
//   sequential   the caller's memory              the program
//   threads      the caller's memory              the program
//   processes    a copy as of the call, graphs    its process: an error
//   workers      their own, graphs                its process: an error
//
// Graphs are shared with all of them, but for isolated ones, of which each
// process has its own copy.
//
// Forking.  A forked process has one thread.  A lock that another thread held
// at that moment stays locked in it for ever, and the threads of OpenMP and
// oneTBB are gone: a task that needs one hangs.  So make a `worker_pool` early,
// before other threads begin; call an executor with backend `processes` while
// no other thread works.  (A worker that died is replaced by a fork at that
// time.)  A time limit ends a task that hangs.
//
// A worker ends when its parent does, however that dies, and Ctrl-C is the
// parent's to deal with.  Workers leave by _exit: what is buffered in stdio is
// written, static objects are not destroyed.
//
// What a call costs: bench-executor says, and README.md.  For a few nanoseconds
// of work a task, a plain loop is as fast as threads, and faster than processes.
#pragma once

#include <telar/parallel/boost_serialization.hpp>
#include <telar/parallel/codec.hpp>
#include <telar/parallel/executor.hpp>
#include <telar/parallel/graph_ref.hpp>
#include <telar/parallel/options.hpp>
#include <telar/parallel/outcome.hpp>
#include <telar/parallel/progress_bar.hpp>
#include <telar/parallel/this_task.hpp>
