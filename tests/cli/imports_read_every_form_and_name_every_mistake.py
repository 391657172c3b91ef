#!/usr/bin/env python3
"""`telar import`: formats, mistakes, workers."""

import collections
import os
import signal
import time

from support.session import (CORRUPT, FAILURE, LIMIT, NO_SPACE, NOT_FOUND, OK,
                             USAGE, CliTest, main, telar)

TEAMS = [(workers, backend) for workers in (1, 2, 3, 4)
         for backend in ("threads", "processes")]


class Formats(CliTest):
    def imported(self, text, *options, file="edges.txt"):
        """Imports a text into a new graph; returns its JSON report."""
        self.name = self.another_name()
        return self.run_json("import", self.name, self.write(file, text),
                             *options)

    def neighbors(self, key):
        return self.run_json("neighbors", self.name, key)

    def test_blanks_tabs_commas_comments_and_line_breaks(self):
        report = self.imported(
            "# a comment\r\n% another\n\n  1 2\r\n1\t3\n1, 4\n   \n1,5")
        self.assertEqual(report["edges"], 4)
        self.assertEqual(report["edges_read"], 4)
        self.assertEqual(report["edges_added"], 4)
        self.assertEqual(report["vertices"], 5)
        self.assertEqual(report["skipped"], 0)
        self.assertGreaterEqual(report["seconds"], 0)
        self.assertEqual(self.neighbors(1), [2, 3, 4, 5])
        self.assertEqual(self.info()["keys"], "u64")
        self.sound()

    def test_an_empty_file_makes_an_empty_graph(self):
        self.assertEqual(self.imported("")["vertices"], 0)
        self.assertEqual(self.imported("# nothing\n")["edges"], 0)

    def test_ids_have_64_bits(self):
        top = 2**64 - 1
        self.imported(f"{top} 0\n")
        self.assertEqual(self.neighbors(top), [0])

    def test_without_keys_numbers_are_vertices(self):
        report = self.imported("0 5\n5 3\n", "--keys", "none")
        self.assertEqual(report["vertices"], 6)
        self.assertEqual(self.neighbors(5), [0, 3])

    def test_a_third_column_is_a_weight_and_1_if_missing(self):
        self.imported("1 2 0.5\n1 3\n1 4 -2e3\n", "--weight", "f64")
        self.assertEqual(
            self.run_json("neighbors", self.name, 1, "--weights"),
            [{"vertex": 2, "weight": 0.5}, {"vertex": 3, "weight": 1.0},
             {"vertex": 4, "weight": -2000.0}])
        self.sound()

    def test_string_keys_are_taken_as_they_are(self):
        self.imported("libc6 Köln\nlibc6 \xff\n".encode("latin-1"), "--keys",
                      "string")
        done = telar("neighbors", self.name, "libc6")
        self.assertEqual(done.stdout, "Köln\n\xff\n".encode("latin-1"))

    def test_csv_has_a_header_quotes_and_blanks_in_fields(self):
        self.imported("source,target\n1,2\n", file="edges.csv")
        self.assertEqual(self.neighbors(1), [2])
        self.assertEqual(self.info()["edges"], 1)
        self.imported('from,to\nNew York,"Paris, Texas"\n', "--keys", "string",
                      "--header", file="edges.csv")
        self.assertEqual(self.neighbors("New York"), ["Paris, Texas"])
        self.assertEqual(self.info()["vertices"], 2)
        self.imported("\ufeff1,2\n", file="edges.csv")
        self.assertEqual(self.info()["edges"], 1)

    def test_the_separator_can_be_said(self):
        self.imported("a,b c\n", "--keys", "string", "--separator", "blank")
        self.assertEqual(self.neighbors("a,b"), ["c"])
        self.imported("a b\tc\n", "--keys", "string", "--separator", "tab")
        self.assertEqual(self.neighbors("a b"), ["c"])

    def test_a_list_of_vertices_comes_first_and_may_be_isolated(self):
        keys = self.write("keys.txt", "# keys\nz\na b\n\na\n")
        self.run_telar("import", self.name, self.write("edges", "a b\n"),
                       "--keys", "string", "--vertices", keys)
        info = self.info()
        self.assertEqual((info["vertices"], info["edges"]), (4, 1))
        self.assertEqual(self.neighbors("z"), [])
        self.assertEqual(self.neighbors("a b"), [])
        self.run_telar("import", self.name, "--vertices", "-", stdin=b"new\n")
        self.assertEqual(self.info()["vertices"], 5)

    def test_standard_input_is_read_for_a_dash(self):
        report = self.run_json("import", self.name, "-", stdin=b"1 2\n2 3")
        self.assertEqual(report["edges"], 2)
        self.refused(USAGE, "import", self.name, "-", "-")
        self.refused(USAGE, "import", self.name)

    def test_a_pipe_is_imported_as_it_arrives(self):
        importing = self.start("import", self.name, "-")
        importing.stdin.write(b"1 2\n3")
        importing.stdin.flush()
        deadline = time.monotonic() + LIMIT
        while telar("neighbors", self.name, "1").stdout != b"2\n":
            self.assertLess(time.monotonic(), deadline)
        importing.stdin.write(b" 4\n")
        importing.stdin.close()
        self.assertEqual(importing.wait(LIMIT), OK)
        self.assertEqual(self.neighbors(3), [4])
        self.assertEqual(self.info()["edges"], 2)

    def test_a_graph_that_exists_keeps_what_it_is(self):
        self.run_telar("create", self.name, "--kind", "bidirectional", "--keys",
                       "string", "--weight", "f32")
        edges = self.write("edges", "a b 2\n")
        self.run_telar("import", self.name, edges)
        self.assertEqual(self.run_json("neighbors", self.name, "b", "--in"),
                         ["a"])
        self.refused(CORRUPT, "import", self.name, edges, "--kind", "directed")
        self.refused(CORRUPT, "import", self.name, edges, "--keys", "u64")
        self.assertEqual(self.info()["edges"], 1)

    def test_parallel_edges_are_counted_once_where_they_are_forbidden(self):
        report = self.imported("1 2\n2 1\n1 2\n", "--parallel-edges", "forbid")
        self.assertEqual(report["edges_read"], 3)
        self.assertEqual(report["edges_added"], 1)


class Mistakes(CliTest):
    def test_a_missing_file_is_not_found_and_makes_no_graph(self):
        self.refused(NOT_FOUND, "import", self.name, self.path("missing"),
                     says="missing")
        self.refused(NOT_FOUND, "info", self.name)

    def test_a_malformed_line_is_named_and_what_is_before_it_is_in(self):
        for bad in ("one", "1 2 3", "1 x", "-1 2", f"1 {2**64}", "1.5 2"):
            path = self.write("edges.txt", f"# c\n1 2\n\n3 4\n{bad}\n5 6\n")
            self.refused(FAILURE, "import", self.name, path,
                         says=f"{path}:5: ")
            self.assertEqual(self.info()["edges"], 2, bad)
            self.assertEqual(self.info()["vertices"], 4, bad)
            self.sound()
            self.run_telar("rm", self.name)

    def test_a_number_beyond_the_last_vertex_is_malformed(self):
        path = self.write("edges.txt", f"0 1\n0 {2**32 - 1}\n")
        self.refused(FAILURE, "import", self.name, path, "--keys", "none",
                     says=f"{path}:2: ")
        self.assertEqual(self.info()["vertices"], 2)

    def test_a_malformed_weight_or_quote_is_named(self):
        path = self.write("edges.csv", "1,2,3\n1,2,heavy\n")
        self.refused(FAILURE, "import", self.name, path, "--weight", "f32",
                     says=f"{path}:2: 'heavy'")
        other = self.another_name()
        path = self.write("quotes.csv", '"a,b\n')
        self.refused(FAILURE, "import", other, path, "--keys", "string",
                     says=f"{path}:1: ")

    def test_more_fields_than_are_used_can_be_passed_over(self):
        path = self.write("edges.txt", "1 2 3 4 5\n")
        self.refused(FAILURE, "import", self.name, path, says="--ignore-extra")
        self.run_telar("import", self.name, path, "--ignore-extra")
        self.assertEqual(self.info()["edges"], 1)

    def test_bad_lines_can_be_counted_and_the_first_is_named(self):
        path = self.write("edges.txt", "1 2\nbad\n3 4\n\nworse\n5 6\n")
        for workers, backend in TEAMS:
            done = telar("import", self.name, path, "--skip-bad", "--workers",
                         workers, "--backend", backend)
            self.assertEqual(done.returncode, OK, done.stderr)
            self.assertIn(f"{path}:2: ".encode(), done.stderr)
            self.assertIn(b"skipped   2\n", done.stdout)
            self.assertEqual(self.info()["edges"], 3)
            self.run_telar("rm", self.name)

    def test_the_first_malformed_line_is_named_whoever_meets_it(self):
        lines = [f"{i} {i + 1}" for i in range(20000)]
        for i in (7000, 13000, 19990):
            lines[i] = "bad"
        path = self.write("edges.txt", "\n".join(lines))
        for workers, backend in TEAMS:
            self.refused(FAILURE, "import", self.name, path, "--workers",
                         workers, "--backend", backend, says=f"{path}:7001: ")
            self.assertGreaterEqual(self.info()["edges"], 7000)
            for i in (0, 3500, 6999):
                self.assertIn(i + 1,
                              self.run_json("neighbors", self.name, i))
            self.sound()
            self.run_telar("rm", self.name)

    def test_lines_of_a_stream_are_counted_over_all_windows(self):
        importing = self.start("import", self.name, "-")
        importing.stdin.write(b"1 2\n\n2 3\n")
        importing.stdin.flush()
        deadline = time.monotonic() + LIMIT
        while telar("neighbors", self.name, "3").stdout != b"2\n":
            self.assertLess(time.monotonic(), deadline)
        importing.stdin.write(b"3 4\nbad\n")
        importing.stdin.close()
        self.assertEqual(importing.wait(LIMIT), FAILURE)
        self.assertIn(b"(standard input):5: ", importing.stderr.read())
        self.assertEqual(self.info()["edges"], 3)

    def test_a_full_graph_is_exit_code_7_and_sound(self):
        text = "\n".join(f"{i} {i + 1}" for i in range(300000))
        path = self.write("edges.txt", text)
        for backend in ("threads", "processes"):
            self.refused(NO_SPACE, "import", self.name, path, "--reserve",
                         "16M", "--limit", "4M", "--workers", "2", "--backend",
                         backend, says="edges.txt")
            self.sound()
            self.run_telar("rm", self.name)


class Workers(CliTest):
    def test_any_team_imports_the_same_graph(self):
        seed = int(os.environ.get("TELAR_SEED", "1"))
        edges = collections.Counter()
        state = seed
        lines = []
        for _ in range(30000):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            u, v = (state >> 33) % 700, (state >> 43) % 700
            edges[u, v] += 1
            lines.append(f"{u} {v}")
        path = self.write("edges.txt", "\n".join(lines))
        targets = sorted(v for (u, v), n in edges.items() if u == 13
                         for _ in range(n))
        vertices = {u for pair in edges for u in pair}
        for keys, count in (("u64", len(vertices)),
                            ("none", max(vertices) + 1)):
            for workers, backend in TEAMS:
                what = f"seed {seed}, {keys}, {workers} {backend}"
                report = self.run_json(
                    "import", self.name, path, "--kind", "directed", "--keys",
                    keys, "--workers", workers, "--backend", backend)
                self.assertEqual(report["edges"], len(lines), what)
                self.assertEqual(report["vertices"], count, what)
                self.assertEqual(
                    sorted(self.run_json("neighbors", self.name, 13)), targets,
                    what)
                self.assertEqual(self.info()["participants"], [], what)
                self.sound()
                self.run_telar("rm", self.name)

    def test_processes_import_into_one_graph_at_once(self):
        path = self.write("edges.txt",
                          "\n".join(f"{i % 97} {i}" for i in range(20000)))
        teams = [self.start("import", self.name, path, "--workers", "2",
                            "--backend", backend)
                 for backend in ("threads", "processes", "processes")]
        for team in teams:
            self.assertEqual(team.wait(LIMIT), OK, team.stderr.read())
        info = self.info()
        self.assertEqual((info["vertices"], info["edges"]), (20000, 60000))
        self.sound()

    def children(self, process):
        path = f"/proc/{process.pid}/task/{process.pid}/children"
        with open(path) as file:
            return [int(pid) for pid in file.read().split()]

    def importing(self, lines=3000000):
        """An import by two processes that has begun; and its workers' pids."""
        path = self.write("edges.txt",
                          "\n".join(f"{i % 1000} {i}" for i in range(lines)))
        parent = self.start("import", self.name, path, "--workers", "2",
                            "--backend", "processes")
        deadline = time.monotonic() + LIMIT
        while len(workers := self.children(parent)) < 2:
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(parent.poll())
        return parent, workers

    def test_the_death_of_a_worker_is_an_error_and_leaves_the_graph_sound(self):
        parent, workers = self.importing()
        os.kill(workers[0], signal.SIGKILL)
        self.assertEqual(parent.wait(LIMIT), FAILURE)
        message = parent.stderr.read().decode()
        self.assertIn(str(workers[0]), message)
        self.assertIn("signal 9", message)
        self.sound()

    def test_workers_die_with_their_parent(self):
        parent, workers = self.importing()
        parent.send_signal(signal.SIGINT)
        self.assertEqual(parent.wait(LIMIT), -signal.SIGINT)
        deadline = time.monotonic() + LIMIT
        for pid in workers:
            while is_running(pid):
                self.assertLess(time.monotonic(), deadline)
        self.sound()


def is_running(pid):
    """Whether any thread is left: the first one's state does not tell."""
    try:
        if len(os.listdir(f"/proc/{pid}/task")) > 1:
            return True
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    main()
