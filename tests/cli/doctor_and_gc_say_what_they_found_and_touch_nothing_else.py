#!/usr/bin/env python3
"""`telar doctor` with --repair and --salvage, and `telar gc`."""

import json
import os
import struct
import time

from support.session import (BUSY, CORRUPT, EXISTS, LIMIT, NOT_FOUND, OK, USAGE,
                             CliTest, main, segment, telar)

# include/telar/detail/layout.hpp: the first slot, and its edge counter.
SLOT = 2 * 4096
EDGES = SLOT + 768


class Doctoring(CliTest):
    def weave(self, name=None):
        self.run_telar("create", name or self.name, "--keys", "string",
                       "--weight", "f64", "--reserve", "16M")
        for i in range(8):
            self.run_telar("add", name or self.name, f"v{i}", f"v{i + 1}",
                           f"{i}.5")

    def patch(self, name, offset, data):
        with open(segment(name), "r+b") as file:
            file.seek(offset)
            file.write(data)

    def counter(self, name):
        with open(segment(name), "rb") as file:
            file.seek(EDGES)
            return struct.unpack("<Q", file.read(8))[0]

    def test_a_sound_graph_is_said_to_be_sound(self):
        self.weave()
        self.assertIn("sound: every invariant", self.run_telar("doctor",
                                                               self.name))
        report = self.run_json("doctor", self.name, "--repair")
        self.assertTrue(report["ok"] and report["complete"])
        self.assertEqual(report["repairs"], [])

    def test_a_repair_mends_what_follows_from_the_edges(self):
        self.weave()
        self.assertEqual(self.counter(self.name), 8)
        self.patch(self.name, EDGES, struct.pack("<Q", 77))
        text = self.run_telar("doctor", self.name, code=CORRUPT)
        self.assertIn("(I5)", text)
        self.assertIn("--repair", self.last_message)
        text = self.run_telar("doctor", self.name, "--repair")
        self.assertIn("77", text)
        self.assertIn("sound", text)
        self.assertEqual(self.info()["edges"], 8)
        self.sound()

    def test_what_no_repair_mends_is_salvaged(self):
        self.weave()
        # The lock of the first participant: nobody can attach, or be repaired.
        self.patch(self.name, SLOT + 16, b"\x01")
        self.refused(CORRUPT, "add", self.name, "v0", "v1", says="I16")
        self.run_telar("doctor", self.name, "--repair")
        self.sound()
        # The first page: one bit is mended, and said.
        with open(segment(self.name), "rb") as file:
            file.seek(60)
            byte = file.read(1)[0]
        self.patch(self.name, 60, bytes([byte ^ 4]))
        out = self.another_name()
        text = self.run_telar("doctor", self.name, "--repair", code=CORRUPT)
        self.assertIn("first page is damaged", text)
        self.assertIn("--salvage", self.last_message)
        saved = self.run_json("doctor", self.name, "--salvage", out,
                              code=CORRUPT)
        self.assertEqual((saved["vertices"], saved["edges"]), (9, 8))
        self.assertIn("byte 60", saved["losses"][0])
        self.sound(out)
        self.assertEqual(
            self.run_json("neighbors", out, "v8", "--weights"),
            [{"vertex": "v7", "weight": 7.5}])

    def test_salvage_leaves_its_source_as_it_is(self):
        self.weave()
        with open(segment(self.name), "rb") as file:
            before = file.read()
        out = self.another_name()
        text = self.run_telar("doctor", self.name, "--salvage", out)
        self.assertIn("nothing is lost", text)
        with open(segment(self.name), "rb") as file:
            self.assertEqual(file.read(), before)
        self.refused(EXISTS, "doctor", self.name, "--salvage", out, says=out)
        self.refused(NOT_FOUND, "doctor", "no-such-graph", "--salvage", out)
        self.refused(NOT_FOUND, "doctor", "no-such-graph", "--repair")
        self.refused(USAGE, "doctor", self.name, "--repair", "--salvage", out)
        path = self.write("letter.txt", "dear reader" * 100)
        self.refused(CORRUPT, "doctor", path, "--salvage", self.another_name(),
                     says="not a Telar graph")

    def test_a_file_that_was_cut_gives_what_is_left(self):
        path = self.path("graph")
        self.run_telar("create", path, "--reserve", "16M")
        self.run_telar("import", path, "-", stdin=b"0 1\n1 2\n2 0\n")
        os.truncate(path, 12 << 20)
        self.refused(CORRUPT, "info", path, says="cut")
        out = self.another_name()
        saved = self.run_json("doctor", path, "--salvage", out)
        self.assertEqual((saved["vertices"], saved["edges"]), (3, 3))
        os.truncate(path, 4096)
        saved = self.run_json("doctor", path, "--salvage", self.another_name(),
                              code=OK)
        self.assertEqual(saved["edges"], 0)


class Holding(CliTest):
    def hold(self, name=None):
        """An import that waits for more input; it is attached on return."""
        name = name or self.name
        holder = self.start("import", name, "-")
        holder.stdin.write(b"1 2\n")
        holder.stdin.flush()
        deadline = time.monotonic() + LIMIT
        while not os.path.exists(segment(name)) or \
                self.run_json("ls") is None or \
                self.info(name)["edges"] == 0:
            self.assertLess(time.monotonic(), deadline)
            self.assertIsNone(holder.poll())
        return holder

    def kill(self, holder):
        holder.kill()
        holder.wait(LIMIT)

    def listed(self, *names):
        found = {e["name"]: e for e in self.run_json("gc", *names)}
        return [found[name]["state"] for name in names]

    def removed(self, *arguments):
        return [e["name"] for e in self.run_json("gc", *arguments, "--remove")
                if e["removed"]]

    def test_a_graph_in_use_is_checked_beside_its_users_and_not_repaired(self):
        holder = self.hold()
        report = json.loads(telar("doctor", self.name, "--json").stdout)
        self.assertEqual(report["attached"], [holder.pid])
        self.assertTrue(report["ok"])
        self.assertFalse(report["complete"])
        self.assertIn("as far as can be seen",
                      self.run_telar("doctor", self.name))
        self.refused(BUSY, "doctor", self.name, "--repair", says=self.name)
        holder.stdin.close()
        self.assertEqual(holder.wait(LIMIT), OK)
        self.run_telar("doctor", self.name, "--repair")

    def test_gc_removes_what_killed_processes_left_and_nothing_else(self):
        used, killed, idle = self.name, self.another_name(), self.another_name()
        holder = self.hold(used)
        self.kill(self.hold(killed))
        self.run_telar("create", idle)
        names = (used, killed, idle)
        self.assertEqual(self.listed(*names), ["in use", "killed", "idle"])
        # Looking repairs, but it does not make a graph wanted.
        self.run_telar("ls")
        self.sound(killed)
        self.assertEqual(self.listed(*names), ["in use", "killed", "idle"])
        self.assertIn("--remove", telar("gc", killed).stderr.decode())
        self.assertEqual(self.removed(*names), [killed])
        self.refused(NOT_FOUND, "info", killed)
        self.assertEqual(self.info(used)["edges"], 1)
        self.assertEqual(self.removed(used, idle), [])
        self.assertEqual(self.removed(used, idle, "--idle"), [idle])
        self.kill(holder)
        self.assertEqual(self.listed(used), ["killed"])

    def test_gc_takes_a_graph_for_used_as_long_as_a_stopped_process_has_it(self):
        holder = self.hold()
        os.kill(holder.pid, 19)
        self.assertEqual(self.listed(self.name), ["in use"])
        self.assertEqual(self.removed(self.name, "--idle"), [])
        os.kill(holder.pid, 18)
        holder.stdin.close()
        self.assertEqual(holder.wait(LIMIT), OK)
        self.assertEqual(self.listed(self.name), ["idle"])

    def test_gc_leaves_what_is_no_graph(self):
        broken = self.name
        with open(segment(broken), "wb") as file:
            file.write(b"no graph" * 1000)
        self.assertEqual(self.listed(broken), ["no graph"])
        self.assertEqual(self.removed(broken, "--idle"), [])
        self.assertTrue(os.path.exists(segment(broken)))


if __name__ == "__main__":
    main()
