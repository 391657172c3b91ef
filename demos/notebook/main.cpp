// notebook: a notebook on Python's joblib and multiprocessing, row by row.
//
//   $ notebook
//   The notebook, row by row
//
//   N1  a pool, reused until the accumulator passes 1000
//     threads     1136.5969161564717 in 14 iterations
//     processes   1136.5969161564717 in 14 iterations
//     workers     1136.5969161564717 in 14 iterations
//
//   N2  the same loop, one task after another
//     sequential  1136.5969161564717 in 14 iterations
//
//   N3  five vectors of one engine
//     sequential
//       [12, 5, 0, 3, 11]
//       [3, 7, 9, 3, 5]
//       [2, 4, 7, 6, 8]
//       [8, 12, 10, 1, 6]
//       [7, 7, 14, 8, 1]
//     threads
//       [12, 5, 0, 3, 11]
//       [3, 7, 9, 3, 5]
//       [2, 4, 7, 6, 8]
//       [8, 12, 10, 1, 6]
//       [7, 7, 14, 8, 1]
//
//   N4  the trap: ten vectors of one engine in 4 forked workers
//     [12, 5, 0, 3, 11] drawn by 4
//     [3, 7, 9, 3, 5] drawn by 4
//     [2, 4, 7, 6, 8] drawn by 1
//     [8, 12, 10, 1, 6] drawn by 1
//
//   N5  the cure: a generator for each task, whoever runs it
//     task  random::stream(0, task)  std::mt19937(task)
//     0     [1, 12, 12, 7, 0]        [12, 5, 0, 3, 11]
//     1     [1, 13, 2, 12, 9]        [5, 11, 12, 8, 9]
//     2     [2, 11, 4, 12, 14]       [8, 13, 8, 6, 11]
//     3     [10, 5, 8, 2, 1]         [10, 8, 9, 3, 8]
//     4     [4, 7, 4, 2, 10]         [10, 14, 7, 5, 1]
//     5     [14, 10, 11, 5, 12]      [3, 14, 13, 6, 6]
//     6     [11, 3, 2, 6, 1]         [10, 9, 3, 4, 10]
//     7     [4, 13, 11, 9, 9]        [4, 9, 6, 3, 3]
//     8     [4, 0, 7, 14, 5]         [3, 4, 1, 9, 5]
//     9     [0, 3, 7, 11, 5]         [14, 12, 14, 5, 6]
//
//   N6  which backend when
//     backend     level  use                              scope
//     sequential  low    debugging; tasks below 1 µs      all memory
//     threads     high   most tasks                       all memory
//     processes   low    what may crash or hang           graphs, tables *
//     workers     high   the same, call after call        graphs, tables **
//     *  The rest is a copy, made when the call begins.
//     ** Tasks capture nothing; arguments are copied.
//
//   N7  100 000 squares
//     the first ten: [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]
//     the sum: 333328333350000
//     milliseconds          first call  next call
//       sequential               5.008      2.397
//       threads                  4.576      7.944
//       processes               14.207      7.255
//       workers                 10.070      8.655
//       a plain loop                        0.418
//     For work this small the plain loop wins.
//
//   N8  col1 + 5 in parallel; then col2 = 10 where col1 >= 8
//      col1  col2
//   0     6     6
//   1     7     7
//   2     8    10
//   3     9    10
//   4    10    10
//
//   N9  workers 1, 2, 3 connect themselves to 5 in a shared graph
//     before    {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
//     threads   {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}
//     processes {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}
//     workers   {1: [2, 3, 4, 5], 2: [1, 3, 5], 3: [1, 2, 5], 4: [1], 5: [1, 2, 3]}
//
//   N10 the same in an isolated graph
//     processes {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
//               5's neighbours in the workers: [1], [2], [3]
//     workers   {1: [2, 3, 4], 2: [1, 3], 3: [1, 2], 4: [1], 5: []}
//               5's neighbours in the workers: [1], [2], [3]
//
// From run to run the order of the threads' vectors in N3, how often the later
// ones were drawn in N4, and the times of N7 differ.  All else is checked: the
// program fails if a value is not what the notebook says, or a law of it does
// not hold.

#include <cstdio>
#include <exception>

#include "notebook/rows.hpp"

// Each row makes its pools while no thread is at work, so that forking is safe.
// A program whose threads go on makes its pools of processes before them.
int main() try {
  fmt::print("The notebook, row by row\n");
  notebook::reused_pool();
  notebook::random_vectors();
  notebook::own_generators();
  notebook::which_backend();
  notebook::squares();
  notebook::mapped_column();
  notebook::connected_graphs();
} catch (const std::exception& failure) {
  fmt::print(stderr, "notebook: {}\n", failure.what());
  return 1;
}
