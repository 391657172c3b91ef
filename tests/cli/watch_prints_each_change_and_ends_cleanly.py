#!/usr/bin/env python3
"""`telar watch`: what it prints, and how it ends."""

import json
import os
import signal

from support.session import (FAILURE, LIMIT, NOT_FOUND, OK, USAGE, CliTest,
                             main, telar)


class Watch(CliTest):
    def create(self, *options):
        self.run_telar("create", self.name, "--changes", 1000, *options)

    def watched(self, *options):
        """The lines of one look, without who made each change."""
        text = self.run_telar("watch", self.name, "--once", *options)
        return [{k: v for k, v in json.loads(line).items() if k != "pid"}
                for line in text.splitlines()]

    def test_each_change_is_a_line_with_keys_and_weights(self):
        self.create("--keys", "string", "--weight", "f64")
        self.run_telar("add", self.name, "Lima", "Cusco", "1105")
        self.run_telar("add", self.name, "Lima", "Cusco", "3")
        self.assertEqual(self.watched("--since", 0), [
            {"seq": 1, "change": "add_vertices", "vertex": "Lima", "count": 1},
            {"seq": 2, "change": "add_vertices", "vertex": "Cusco",
             "count": 1},
            {"seq": 3, "change": "add_edge", "u": "Lima", "v": "Cusco",
             "weight": 1105.0},
            {"seq": 4, "change": "add_edge", "u": "Lima", "v": "Cusco",
             "weight": 3.0}])
        self.assertEqual([line["seq"] for line in self.watched("--since", 3)],
                         [4])
        self.assertEqual(self.watched(), [])
        info = self.info()
        self.assertGreaterEqual(info["changes"], 1000)
        self.assertEqual(info["last_change"], 4)

    def test_numbers_come_as_numbers(self):
        self.create("--kind", "directed")
        self.run_telar("import", self.name, "-", stdin=b"0 2\n2 1\n")
        lines = self.watched("--since", 0)
        self.assertEqual([line for line in lines
                          if line["change"] == "add_edge"],
                         [{"seq": lines[-2]["seq"], "change": "add_edge",
                           "u": 0, "v": 2},
                          {"seq": lines[-1]["seq"], "change": "add_edge",
                           "u": 2, "v": 1}])
        bound = max(line["vertex"] + line["count"] for line in lines
                    if line["change"] == "add_vertices")
        self.assertEqual(bound, 3)

    def test_a_snapshot_comes_first_where_it_is_asked_for(self):
        self.create("--keys", "u64", "--weight", "f32")
        self.run_telar("add", self.name, 7, 8, 2)
        self.assertEqual(self.watched("--snapshot"), [
            {"change": "snapshot", "seq": 3, "vertices": 2, "edges": 1},
            {"change": "add_vertices", "vertex": 7, "count": 1},
            {"change": "add_vertices", "vertex": 8, "count": 1},
            {"change": "add_edge", "u": 7, "v": 8, "weight": 2.0}])
        self.refused(USAGE, "watch", self.name, "--snapshot", "--since", 0)

    def test_who_falls_behind_is_told_so(self):
        self.run_telar("create", self.name, "--changes", 3)
        edges = "".join(f"0 {i}\n" for i in range(1, 50))
        self.run_telar("import", self.name, "-", stdin=edges.encode())
        last = self.info()["last_change"]
        text = self.run_telar_that_fails("watch", self.name, "--since", 1)
        self.assertEqual(json.loads(text),
                         {"change": "behind", "seq": 1, "last": last})
        self.assertIn("--snapshot", self.last_message)

    def test_with_snapshots_it_goes_on_after_falling_behind(self):
        self.run_telar("create", self.name, "--changes", 3)
        process = self.start("watch", self.name, "--snapshot")
        self.assertEqual(self.next_line(process)["change"], "snapshot")
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        edges = "".join(f"0 {i}\n" for i in range(1, 50))
        self.run_telar("import", self.name, "-", stdin=edges.encode())
        process.send_signal(signal.SIGCONT)
        self.assertEqual(self.next_line(process)["change"], "behind")
        start = self.next_line(process)
        self.assertEqual(start, {"change": "snapshot", "edges": 49,
                                 "vertices": self.info()["vertices"],
                                 "seq": self.info()["last_change"]})
        lines = [self.next_line(process) for _ in range(50)]
        self.assertEqual([line["v"] for line in lines[1:]],
                         list(range(1, 50)))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=LIMIT), OK)

    def run_telar_that_fails(self, *arguments):
        process = self.start(*arguments)
        text, message = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, FAILURE)
        self.last_message = message.decode()
        return text.decode()

    def next_line(self, process):
        return json.loads(process.stdout.readline())

    def test_changes_are_printed_as_they_are_made_until_a_signal(self):
        self.create("--keys", "string")
        for number in (signal.SIGINT, signal.SIGTERM):
            last = self.info()["last_change"]
            process = self.start("watch", self.name, "--since", last)
            for key in ("a", "b", "c"):
                self.run_telar("add", self.name, key, key)
                line = self.next_line(process)
                if line["change"] == "add_vertices":
                    self.assertEqual(line["vertex"], key)
                    line = self.next_line(process)
                self.assertEqual((line["change"], line["u"], line["v"]),
                                 ("add_edge", key, key))
            process.send_signal(number)
            text, message = process.communicate(timeout=LIMIT)
            self.assertEqual((process.returncode, text, message),
                             (OK, b"", b""))

    def test_it_ends_when_its_reader_goes(self):
        self.create()
        process = self.start("watch", self.name)
        process.stdout.close()  # Nothing is written: it sees this all the same.
        self.assertEqual(process.wait(timeout=LIMIT), OK)
        self.assertEqual(process.stderr.read(), b"")
        # Nor does one who goes while there is more to write than fits a pipe.
        edges = "".join(f"{i} {i + 1}\n" for i in range(900))
        self.run_telar("import", self.name, "-", stdin=edges.encode())
        process = self.start("watch", self.name, "--since", 10)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=LIMIT), OK)

    def test_output_that_cannot_be_written_is_a_failure(self):
        self.create()
        self.run_telar("import", self.name, "-", stdin=b"0 1\n")
        with open("/dev/full", "wb") as full:
            done = telar("watch", self.name, "--since", 0, "--once",
                         stdout=full)
        self.assertEqual(done.returncode, FAILURE)
        self.assertIn(b"could not be written", done.stderr)

    def test_what_cannot_be_watched_is_refused(self):
        self.refused(NOT_FOUND, "watch", self.name)
        self.run_telar("create", self.name)
        self.refused(USAGE, "watch", self.name, says="--changes")
        other = self.another_name()
        self.run_telar("create", other, "--changes", 5)
        self.refused(USAGE, "watch", other, "--since", 1, says="0 changes")
        self.refused(USAGE, "create", self.another_name(), "--changes",
                     2 ** 63, says="reserve")


if __name__ == "__main__":
    main()
