#!/usr/bin/env python3
"""Each subcommand of `telar`, and its exit codes."""

import json
import os
import subprocess
import time

from support.session import (BUSY, CORRUPT, EXISTS, FAILURE, LIMIT, NOT_FOUND,
                             OK, USAGE, CliTest, binary, main, segment, telar)

COMMANDS = ["create", "ls", "info", "import", "add", "neighbors", "watch",
            "checkpoint", "restore", "clone", "diff", "doctor", "rm", "gc"]


class Usage(CliTest):
    def test_help_of_every_command_shows_an_example(self):
        self.assertIn("Exit codes", self.run_telar("-h"))
        for command in COMMANDS:
            text = self.run_telar(command, "-h")
            self.assertIn("Example", text)
            self.assertIn(f"telar {command}", text)

    def test_version_is_printed(self):
        self.assertRegex(self.run_telar("--version"),
                         r"^telar \d+\.\d+\.\d+\n$")

    def test_a_wrong_command_line_is_exit_code_2(self):
        self.refused(USAGE)
        self.refused(USAGE, "weave", says="no command weave")
        self.refused(USAGE, "create")
        self.refused(USAGE, "create", self.name, "--kind", "round")
        self.refused(USAGE, "create", self.name, "--mode", "rw")
        self.refused(USAGE, "create", self.name, "--reserve", "1X")
        self.refused(USAGE, "create", self.name, "--no-such-option")
        self.refused(USAGE, "info", self.name, "surplus")
        self.refused(USAGE, "create", "-name", says="-h")
        self.refused(USAGE, "create", "a b")
        self.refused(USAGE, "create", "." + self.name)
        self.refused(NOT_FOUND, "info", self.name)

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = telar("--version", stdout=full)
        self.assertEqual(done.returncode, FAILURE)

    def test_closed_standard_streams_do_not_reach_the_graph(self):
        edges = self.write("edges", "".join(f"0 {i}\n" for i in range(3000)))
        wrong = self.write("wrong", "0 1\n0 x\n")
        self.run_telar("import", self.name, edges)
        for stream, code, arguments in (
                (1, FAILURE, ("neighbors", self.name, "0")),
                (2, OK, ("import", self.name, wrong, "--skip-bad")),
                (0, FAILURE, ("import", self.name, "-"))):
            done = subprocess.run(
                [binary(), *arguments], timeout=LIMIT, capture_output=True,
                preexec_fn=lambda: os.close(stream))
            self.assertEqual(done.returncode, code, done.stderr)
        self.sound()
        self.assertEqual(self.info()["edges"], 3001)


class Session(CliTest):
    def test_a_graph_is_created_filled_read_and_removed(self):
        self.run_telar("create", self.name, "--kind", "directed", "--keys",
                       "string", "--weight", "f32")
        self.assertEqual(self.run_telar("add", self.name, "Lima", "Cusco",
                                        "1105"), "added\n")
        self.assertEqual(
            self.run_json("add", self.name, "Lima", "Callao"),
            {"source": "Lima", "target": "Callao", "added": True})
        self.assertEqual(self.run_json("neighbors", self.name, "Lima"),
                         ["Cusco", "Callao"])
        self.assertEqual(self.run_telar("neighbors", self.name, "Lima"),
                         "Cusco\nCallao\n")
        self.assertEqual(self.run_json("neighbors", self.name, "Cusco"), [])
        self.assertEqual(
            self.run_json("neighbors", self.name, "Lima", "--weights"),
            [{"vertex": "Cusco", "weight": 1105.0},
             {"vertex": "Callao", "weight": 1.0}])
        info = self.info()
        self.assertEqual((info["vertices"], info["edges"]), (3, 2))
        self.sound()
        self.run_telar("rm", self.name)
        self.refused(NOT_FOUND, "info", self.name)

    def test_info_says_what_the_graph_is(self):
        made = self.run_json("create", self.name, "--kind", "bidirectional",
                             "--parallel-edges", "forbid", "--reserve", "64M",
                             "--mode", "0640")
        info = self.info()
        for described in (made, info):
            self.assertEqual(described["name"], self.name)
            self.assertEqual(described["kind"], "bidirectional")
            self.assertEqual(described["keys"], "none")
            self.assertEqual(described["weight"], "none")
            self.assertEqual(described["parallel_edges"], "forbid")
            self.assertEqual(described["placement"], "shared")
            self.assertEqual(described["bytes_reserved"], 64 << 20)
            self.assertEqual(described["vertices"], 0)
            self.assertEqual(described["edges"], 0)
        self.assertLessEqual(info["bytes_used"], info["bytes_committed"])
        self.assertLessEqual(info["bytes_committed"], 64 << 10)
        self.assertEqual(info["participants"], [])
        self.assertIn("bidirectional", self.run_telar("info", self.name))
        mode = os.stat(segment(self.name)).st_mode & 0o777
        self.assertEqual(mode, 0o640)

    def test_a_path_is_a_file(self):
        path = self.path("graph")
        self.run_telar("create", path)
        self.run_telar("add", path, "0", "5", "--grow")
        self.assertEqual(self.info(path)["vertices"], 6)
        self.assertEqual(self.info(path)["placement"], "file")
        self.assertTrue(os.path.isfile(path))
        self.run_telar("rm", path)
        self.assertFalse(os.path.exists(path))

    def test_a_name_that_is_taken_is_exit_code_4(self):
        self.run_telar("create", self.name)
        self.refused(EXISTS, "create", self.name, says=self.name)
        self.run_telar("create", self.name, "--use-if-present")
        self.refused(CORRUPT, "create", self.name, "--use-if-present", "--kind",
                     "directed")

    def test_what_is_not_there_is_exit_code_3(self):
        for command in (["info"], ["doctor"], ["rm"], ["add", "0", "1"],
                        ["neighbors", "0"]):
            command.insert(1, self.name)
            self.refused(NOT_FOUND, *command, says=self.name)
        self.refused(NOT_FOUND, "rm", self.name, "--force", says=self.name)

    def test_a_vertex_that_is_not_there_is_exit_code_3(self):
        self.run_telar("create", self.name)
        self.refused(NOT_FOUND, "neighbors", self.name, "0")
        self.refused(NOT_FOUND, "add", self.name, "0", "1")
        self.refused(USAGE, "neighbors", self.name, "zero")
        self.refused(USAGE, "neighbors", self.name, "0", "--in")
        self.refused(USAGE, "add", self.name, "0", "1", "2.5", "--grow")
        self.assertEqual(self.info()["vertices"], 0)
        keyed = self.another_name()
        self.run_telar("create", keyed, "--keys", "u64")
        self.run_telar("add", keyed, "7", str(2**64 - 1))
        self.assertEqual(self.run_json("neighbors", keyed, "7"), [2**64 - 1])
        self.refused(NOT_FOUND, "neighbors", keyed, "8")
        self.refused(USAGE, "neighbors", keyed, str(2**64))
        self.assertEqual(self.info(keyed)["vertices"], 2)

    def test_in_neighbours_of_a_bidirectional_graph(self):
        self.run_telar("create", self.name, "--kind", "bidirectional", "--keys",
                       "u64")
        self.run_telar("add", self.name, "10", "30")
        self.run_telar("add", self.name, "20", "30")
        self.assertEqual(self.run_json("neighbors", self.name, "30"), [])
        self.assertEqual(self.run_json("neighbors", self.name, "30", "--in"),
                         [10, 20])

    def test_an_edge_that_is_there_already_is_present(self):
        self.run_telar("create", self.name, "--keys", "string",
                       "--parallel-edges", "forbid")
        self.assertEqual(self.run_telar("add", self.name, "a", "b"), "added\n")
        self.assertEqual(self.run_telar("add", self.name, "b", "a"),
                         "present\n")
        self.assertEqual(self.info()["edges"], 1)

    def test_keys_may_be_called_like_commands_and_weights_be_negative(self):
        self.run_telar("create", self.name, "--keys", "string", "--weight",
                       "f64")
        self.run_telar("add", self.name, "ls", "rm", "--", "-2.5")
        self.assertEqual(
            self.run_json("neighbors", self.name, "ls", "--weights"),
            [{"vertex": "rm", "weight": -2.5}])
        self.refused(USAGE, "add", self.name, "ls", "info", "heavy")
        self.assertEqual(self.info()["vertices"], 2)


class Listing(CliTest):
    def test_ls_lists_graphs_and_segments_that_are_none(self):
        self.run_telar("create", self.name, "--keys", "u64")
        self.run_telar("add", self.name, "1", "2")
        broken = self.another_name()
        with open(segment(broken), "wb") as file:
            file.write(b"no graph" * 1000)
        listed = {entry["name"]: entry for entry in self.run_json("ls")}
        self.assertEqual(listed[self.name]["edges"], 1)
        self.assertEqual(listed[self.name]["vertices"], 2)
        self.assertEqual(listed[broken]["error"], "corrupt")
        text = self.run_telar("ls")
        self.assertIn(self.name, text)
        self.assertIn(broken, text)
        self.refused(CORRUPT, "info", broken)
        self.refused(CORRUPT, "rm", broken)
        self.run_telar("rm", broken, "--force")
        self.refused(NOT_FOUND, "info", broken)

    def test_rm_never_removes_a_file_that_is_no_graph(self):
        path = self.write("letter.txt", "dear reader")
        self.refused(CORRUPT, "rm", path)
        self.refused(CORRUPT, "rm", path, "--force")
        self.assertTrue(os.path.exists(path))


class InUse(CliTest):
    def attached(self, process):
        return [p for p in self.info()["participants"]
                if p["pid"] == process.pid and p["alive"]]

    def hold(self):
        """An import that waits for more input; it is attached on return."""
        self.run_telar("create", self.name, "--keys", "u64")
        holder = self.start("import", self.name, "-")
        holder.stdin.write(b"1 2\n")
        holder.stdin.flush()
        deadline = time.monotonic() + LIMIT
        while self.info()["edges"] == 0 or not self.attached(holder):
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(holder.poll())
        return holder

    def test_rm_refuses_while_a_live_process_is_attached(self):
        holder = self.hold()
        self.refused(BUSY, "rm", self.name, says=str(holder.pid))
        self.assertIn(str(holder.pid), self.run_telar("ls"))
        done = telar("doctor", self.name, "--json")
        self.assertIn(str(holder.pid), done.stderr.decode())
        self.assertEqual(json.loads(done.stdout)["attached"], [holder.pid])
        holder.stdin.close()
        self.assertEqual(holder.wait(LIMIT), OK)
        self.run_telar("rm", self.name)

    def test_rm_with_force_leaves_the_process_its_graph(self):
        holder = self.hold()
        self.run_telar("rm", self.name, "--force")
        self.refused(NOT_FOUND, "info", self.name)
        holder.stdin.write(b"2 3\n")
        holder.stdin.close()
        self.assertEqual(holder.wait(LIMIT), OK)
        self.assertIn(b"edges     2", holder.stdout.read())

    def test_a_killed_process_does_not_hinder_rm(self):
        holder = self.hold()
        holder.kill()
        holder.wait(LIMIT)
        self.assertEqual(self.attached(holder), [])
        self.sound()
        self.assertEqual(self.run_json("neighbors", self.name, "1"), [2])
        self.run_telar("rm", self.name)


if __name__ == "__main__":
    main()
