#!/usr/bin/env python3
"""`telar checkpoint`, `restore`, `clone` and `diff`, and what `info` and `doctor`
say of checkpoints."""

import os

from support.session import (CORRUPT, EXISTS, FAILURE, NOT_FOUND, USAGE,
                             CliTest, main, telar)


class Checkpoints(CliTest):
    def roads(self, *more):
        self.run_telar("create", self.name, "--keys", "string", "--weight",
                       "f32", *more)
        for source, target, weight in (("Lima", "Cusco", 1105),
                                       ("Lima", "Callao", 13),
                                       ("Cusco", "Puno", 389)):
            self.run_telar("add", self.name, source, target, weight)
        return self.path("roads.checkpoint")

    def test_a_checkpoint_is_restored_as_it_was(self):
        saved = self.roads("--kind", "directed")
        self.assertEqual(self.run_telar("checkpoint", self.name, saved), "")
        self.run_telar("add", self.name, "Puno", "Lima", "1")
        restored = self.another_name()
        info = self.run_json("restore", saved, restored)
        self.assertEqual((info["kind"], info["keys"], info["weight"]),
                         ("directed", "string", "f32"))
        self.assertEqual((info["vertices"], info["edges"]), (4, 3))
        self.assertEqual(
            self.run_json("neighbors", restored, "Lima", "--weights"),
            [{"vertex": "Cusco", "weight": 1105.0},
             {"vertex": "Callao", "weight": 13.0}])
        self.sound(restored)
        self.run_telar("add", restored, "Puno", "Ica", "1")
        in_file = self.path("roads.telar")
        self.run_telar("restore", saved, in_file, "--mode", "0640")
        self.assertEqual(os.stat(in_file).st_mode & 0o777, 0o640)
        self.assertEqual(self.info(in_file)["edges"], 3)

    def test_info_and_doctor_know_checkpoints(self):
        saved = self.roads()
        written = self.run_json("checkpoint", self.name, saved)
        info = self.run_json("info", saved)
        self.assertEqual(info, written)
        self.assertEqual((info["placement"], info["vertices"], info["edges"]),
                         ("checkpoint", 4, 3))
        self.assertEqual(info["uuid"], self.info()["uuid"])
        self.assertIn("checkpoint", self.run_telar("info", saved))
        self.sound(saved)
        self.refused(USAGE, "doctor", saved, "--repair", says="cannot be")

    def test_a_damaged_one_is_named_and_not_restored(self):
        saved = self.roads()
        self.run_telar("checkpoint", self.name, saved)
        with open(saved, "r+b") as file:
            file.seek(1024 + 64)
            file.write(b"\xff\xff\xff\x7f")
        report = self.run_json("doctor", saved, code=CORRUPT)
        self.assertFalse(report["ok"])
        self.assertIn("out-", report["problems"][0])
        self.assertIn("problem: ", self.run_telar("doctor", saved,
                                                  code=CORRUPT))
        other = self.another_name()
        self.refused(CORRUPT, "restore", saved, other, says="damaged")
        self.refused(NOT_FOUND, "info", other)

    def test_no_other_file_and_no_graph_is_replaced(self):
        saved = self.roads()
        live = self.path("live.telar")
        self.run_telar("create", live)
        self.refused(EXISTS, "checkpoint", self.name, live,
                     says="no checkpoint")
        self.assertEqual(self.info(live)["edges"], 0)
        self.run_telar("checkpoint", self.name, saved)
        self.run_telar("add", self.name, "Puno", "Juliaca", "44")
        self.run_telar("checkpoint", self.name, saved)
        self.assertEqual(self.info(saved)["edges"], 4)
        self.refused(EXISTS, "restore", saved, self.name)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["live.telar", "roads.checkpoint"])

    def test_one_is_not_taken_for_the_other(self):
        saved = self.roads()
        self.run_telar("checkpoint", self.name, saved)
        other = self.another_name()
        self.refused(CORRUPT, "neighbors", saved, "Lima", says="telar restore")
        self.refused(CORRUPT, "rm", saved, says="checkpoint")
        live = self.path("live.telar")
        self.run_telar("create", live)
        self.refused(CORRUPT, "restore", live, other, says="telar checkpoint")
        self.refused(NOT_FOUND, "restore", self.path("none"), other)
        self.refused(NOT_FOUND, "checkpoint", other, saved)
        self.refused(NOT_FOUND, "checkpoint", self.name,
                     self.path("none/saved"), says="no folder")

    def test_a_name_without_a_slash_is_a_file_of_this_folder(self):
        self.roads()
        here = os.getcwd()
        os.chdir(self.folder)
        try:
            self.run_telar("checkpoint", self.name, "plain")
            self.assertEqual(self.info("plain")["placement"], "checkpoint")
            self.run_telar("diff", "plain", self.name, "--exit-code")
        finally:
            os.chdir(here)
        self.assertEqual(os.listdir(self.folder), ["plain"])

    def test_nothing_is_drawn_where_nobody_looks(self):
        saved = self.roads()
        done = telar("checkpoint", self.name, saved)
        self.assertEqual((done.stdout, done.stderr), (b"", b""))

    def test_a_clone_lives_on_its_own(self):
        self.roads()
        copy = self.another_name()
        self.run_telar("clone", self.name, copy)
        self.run_telar("diff", self.name, copy, "--exit-code")
        self.run_telar("add", copy, "Puno", "Ica", "1")
        self.assertEqual((self.info()["edges"], self.info(copy)["edges"]),
                         (3, 4))
        self.refused(EXISTS, "clone", self.name, copy)


class Differences(CliTest):
    def graph(self, edges, *options):
        name = self.another_name()
        text = "".join(" ".join(map(str, edge)) + "\n" for edge in edges)
        self.run_telar("import", name, self.write(name, text), *options)
        return name

    def test_what_changed_is_said_by_key(self):
        before = self.graph([("a", "b", 1), ("b", "c", 2), ("c", "c", 3)],
                            "--keys", "string", "--weight", "f64")
        after = self.graph([("x", "c", 9), ("c", "b", 2.5), ("b", "a", 1),
                            ("a", "b", 1)],
                           "--keys", "string", "--weight", "f64")
        found = self.run_json("diff", before, after)
        self.assertFalse(found["equal"])
        self.assertEqual(found["vertices"], {"added": ["x"], "removed": []})
        edges = found["edges"]
        self.assertEqual(edges["removed"],
                         [{"source": "c", "target": "c", "weight": 3.0}])
        self.assertEqual(edges["changed"],
                         [{"source": "b", "target": "c", "before": 2.0,
                           "after": 2.5}])
        self.assertEqual(
            sorted(sorted((edge["source"], edge["target"]))
                   for edge in edges["added"]),
            [["a", "b"], ["c", "x"]])
        self.assertEqual(found["edges_added"], 2)
        text = self.run_telar("diff", before, after)
        self.assertIn("+ vertex\tx\n", text)
        self.assertIn("~ edge\tb\tc\t2.0\t2.5\n", text)
        self.assertIn("1 vertices added, 0 removed; 2 edges added, 1 removed, "
                      "1 changed\n", text)
        done = telar("diff", before, after, "--exit-code", "--summary")
        self.assertEqual((done.returncode, done.stdout.count(b"\n")),
                         (FAILURE, 1))

    def test_the_order_of_neighbours_does_not_count(self):
        before = self.graph([(0, 1), (0, 2), (2, 0), (1, 1)], "--keys", "none")
        after = self.graph([(2, 0), (1, 1), (0, 1), (2, 0)], "--keys", "none")
        self.assertTrue(self.run_json("diff", before, after, "--exit-code")
                        ["equal"])

    def test_numbers_are_compared_as_numbers(self):
        before = self.graph([(0, 1)], "--keys", "none", "--kind", "directed")
        after = self.graph([(0, 1), (1, 0), (1, 3)], "--keys", "none",
                           "--kind", "directed")
        found = self.run_json("diff", before, after)
        self.assertEqual(found["vertices"]["added"], [2, 3])
        self.assertEqual([(edge["source"], edge["target"])
                          for edge in found["edges"]["added"]],
                         [(1, 0), (1, 3)])

    def test_what_cannot_be_compared_is_a_usage_error(self):
        one = self.graph([(0, 1)], "--keys", "none")
        for options in (("--keys", "u64"), ("--kind", "directed"),
                        ("--weight", "f32")):
            other = self.graph([(0, 1)], *(
                options if "--keys" in options else
                ("--keys", "none") + options))
            self.refused(USAGE, "diff", one, other, says="compared")
        self.refused(NOT_FOUND, "diff", one, self.another_name())


if __name__ == "__main__":
    main()
