# SPDX-License-Identifier: Apache-2.0
"""The program itself: exit codes, messages, output formats, signals, bad input and bad places."""

import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from program import EXAMPLES, PROGRAM, ProgramTest, penstock

YSB = ("CREATE TABLE ysb (WATERMARK FOR ts AS ts) WITH (connector = 'generator', kind = 'ysb'%s);"
       "%s SELECT window_start, campaign_id, count(*) AS views"
       " FROM TUMBLE(ysb, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end, campaign_id")


class OutputTest(ProgramTest):
    def table(self):
        path = self.write("t.csv", "name,value\na,1\nb,\n\"x,y\",3\n")
        return "CREATE TABLE t (name TEXT, value INT) WITH (connector = 'csv', path = '%s');" % path

    def test_json(self):
        rows = self.succeed("sql", self.table() + "SELECT * FROM t", "--output", "json").rows()
        self.assertEqual(rows, [{"name": "a", "value": 1}, {"name": "b", "value": None},
                                {"name": "x,y", "value": 3}])

    def test_csv(self):
        out = self.succeed("sql", self.table() + "SELECT * FROM t", "--output", "csv").out
        self.assertEqual(out, 'name,value\na,1\nb,\n"x,y",3\n')

    def test_what_json_prints_json_reads(self):
        path = self.write("f.csv", "d\nNaN\n-Infinity\nInfinity\n0.1\n\n")
        printed = self.succeed(
            "sql", "CREATE TABLE t (d DOUBLE PRECISION) WITH (connector = 'csv', path = '%s');"
            "SELECT * FROM t" % path, "--output", "json").out
        again = self.write("f.json", printed)
        read = self.succeed(
            "sql", "CREATE TABLE t (d DOUBLE PRECISION) WITH (connector = 'json', path = '%s');"
            "SELECT * FROM t" % again, "--output", "json").out
        self.assertEqual(read, printed)

    def test_table_aligns_columns(self):
        lines = self.succeed("sql", self.table() + "SELECT * FROM t").out.splitlines()
        self.assertTrue(any("x,y" in line and "3" in line for line in lines))
        self.assertIn("name", lines[0] + lines[1])

    def test_order_by_and_limit(self):
        out = self.succeed("sql", self.table() +
                           "SELECT value, name FROM t ORDER BY value DESC NULLS LAST LIMIT 2",
                           "--output", "csv").out
        self.assertEqual(out, 'value,name\n3,"x,y"\n1,a\n')

    def test_describe(self):
        out = self.succeed("sql", self.table() + "DESCRIBE t", "--output", "json").rows()
        self.assertEqual([(row["column"], row["type"]) for row in out],
                         [("name", "text"), ("value", "integer")])

    def test_statements_from_standard_input(self):
        out = self.succeed("run", "-", "--output", "csv",
                           stdin=self.table() + "SELECT count(*) AS n FROM t").out
        self.assertEqual(out, "n\n3\n")

    def test_rows_from_standard_input(self):
        sql = self.write("q.sql", "CREATE TABLE t (a INT) WITH (connector = 'csv', path = '-');"
                                  "SELECT sum(a) AS s FROM t")
        out = self.succeed("run", sql, "--output", "csv", stdin="a\n1\n2\n").out
        self.assertEqual(out, "s\n3\n")

    def test_several_inserts_share_one_scan(self):
        database = self.path("r.db")
        sql = self.table() + (
            "CREATE TABLE n WITH (connector = 'sqlite', path = '{0}');"
            "CREATE TABLE s WITH (connector = 'sqlite', path = '{0}');"
            "INSERT INTO n SELECT count(*) AS n FROM t;"
            "INSERT INTO s SELECT sum(value) AS s FROM t;").format(database)
        stats = self.succeed("sql", sql, "--stats").stats()
        self.assertEqual(stats["counters"]["t.rows_in"], 3)
        with sqlite3.connect(database) as connection:
            self.assertEqual(connection.execute("SELECT n FROM n").fetchall(), [(3,)])
            self.assertEqual(connection.execute("SELECT s FROM s").fetchall(), [(4,)])

    def test_explain_names_plan_placement_pools_and_bound(self):
        out = self.succeed("explain", self.write("q.sql", self.table() +
                                                 "SELECT name, sum(value) FROM t GROUP BY name")).out
        for word in ("cpu", "tbb", "slots", "bound"):
            self.assertIn(word, out)

    def test_explain_opens_no_sink(self):
        target = self.path("never.csv")
        sql = self.write("q.sql", self.table() + "CREATE TABLE o WITH (connector = 'csv', path = '"
                         + target + "'); INSERT INTO o SELECT * FROM t")
        self.succeed("explain", sql)
        self.succeed("check", sql)
        self.assertFalse(os.path.exists(target))

    def test_doctor(self):
        findings = json.loads(self.succeed("doctor", "--json").out)["findings"]
        self.assertEqual({f["subject"] for f in findings},
                         {"system", "cpu features", "hugepages", "gpu", "backends", "connectors"})
        self.assertTrue(all(f["found"] for f in findings))

    def test_version(self):
        self.assertRegex(self.succeed("version").out, r"^penstock \d+\.\d+\.\d+\n$")


class DemoTest(ProgramTest):
    def test_finds_the_scan_that_it_planted(self):
        directory = self.path("demo")
        out = self.succeed("demo", "--packets", "100000", "--directory", directory).out
        with open(os.path.join(directory, "planted.json"), encoding="utf-8") as text:
            planted = json.load(text)
        self.assertIn(planted["scanner_ip"], out)
        with sqlite3.connect(os.path.join(directory, "results.db")) as connection:
            found = connection.execute("SELECT DISTINCT src_ip, dst_ip FROM port_scan").fetchall()
            total = connection.execute("SELECT sum(packets) FROM top_talkers").fetchone()[0]
        self.assertEqual(found, [(planted["scanner_ip"], planted["victim_ip"])])
        self.assertEqual(total, planted["ip_packets"])


class ExitCodeTest(ProgramTest):
    def expect(self, code, *words, arguments, **named):
        outcome = penstock(*arguments, **named)
        self.assertEqual(outcome.code, code, outcome.err)
        for word in words:
            self.assertIn(word, outcome.err)
        return outcome

    def test_usage(self):
        self.expect(2, arguments=[])
        self.expect(2, "--no-such-flag", arguments=["sql", "SELECT 1", "--no-such-flag"])

    def test_sql_error_shows_line_and_caret(self):
        source = self.write("t.csv", "a\n")
        sql = self.write("q.sql", "CREATE TABLE t (a INT)\n  WITH (connector = 'csv', path = '%s');\n"
                                  "SELECT b FROM t;\n" % source)
        outcome = self.expect(3, sql + ":3:8: ", "  SELECT b FROM t;\n         ^", arguments=["run", sql])
        self.assertEqual(outcome.out, "")

    def test_missing_sql_file(self):
        self.expect(3, "no-such.sql", arguments=["run", "no-such.sql"])

    def test_unset_variable(self):
        self.expect(3, "path", arguments=["run", os.path.join(EXAMPLES, "top_talkers.sql")])

    def test_missing_input_file(self):
        self.expect(3, "/no/such.pcap", arguments=[
            "run", os.path.join(EXAMPLES, "top_talkers.sql"), "--set", "path=/no/such.pcap"])

    def test_a_file_that_is_no_capture(self):
        path = self.write("x.pcap", "this is text, and not a capture at all\n")
        self.expect(3, "x.pcap", arguments=[
            "run", os.path.join(EXAMPLES, "top_talkers.sql"), "--set", "path=" + path])

    def test_unknown_names_suggest_the_nearest(self):
        source = self.write("t.csv", "name\n")
        for sql, words in (
                ("CREATE TABLE t WITH (connector = 'pcpa', path = 'x'); SELECT * FROM t",
                 ("pcpa", "pcap")),
                ("CREATE TABLE t (a INT) WITH (connector = 'csv', pth = 'x'); SELECT * FROM t",
                 ("pth", "path")),
                ("CREATE TABLE t (a INTT) WITH (connector = 'csv', path = 'x'); SELECT * FROM t",
                 ("intt", "int")),
                ("CREATE TABLE t (name TEXT) WITH (connector = 'csv', path = 'x');"
                 "SELECT uper(name) FROM t", ("uper", "upper")),
                ("CREATE TABLE t (name TEXT) WITH (connector = 'csv', path = 'x');"
                 "SELECT nam FROM t", ("nam", "name"))):
            with self.subTest(sql):
                self.expect(3, *words, arguments=["sql", sql.replace("'x'", "'%s'" % source)])

    def test_unwritable_directory(self):
        source = self.write("t.csv", "a\n1\n")
        self.expect(3, "/no/such/directory", arguments=[
            "sql", "CREATE TABLE t (a INT) WITH (connector = 'csv', path = '%s');"
            "CREATE TABLE o WITH (connector = 'csv', path = '/no/such/directory/o.csv');"
            "INSERT INTO o SELECT * FROM t" % source])

    def test_a_row_that_does_not_fit_ends_the_job(self):
        path = self.write("t.csv", "a\n1\ntwo\n")
        self.expect(1, "t.csv", "two", arguments=[
            "sql", "CREATE TABLE t (a INT) WITH (connector = 'csv', path = '%s');"
            "SELECT sum(a) FROM t" % path])

    def test_dead_letters(self):
        path = self.write("t.csv", "a\n1\ntwo\n3\n")
        letters = self.path("letters.jsonl")
        outcome = self.succeed(
            "sql", "CREATE TABLE t (a INT) WITH (connector = 'csv', path = '%s',"
            " on_error = 'dead_letter', dead_letter = '%s'); SELECT sum(a) AS s FROM t"
            % (path, letters), "--output", "csv", "--stats")
        self.assertEqual(outcome.out, "s\n4\n")
        self.assertEqual(outcome.stats()["counters"]["t.malformed_rows"], 1)
        with open(letters, encoding="utf-8") as text:
            letter = json.loads(text.read())
        self.assertEqual((letter["line"], letter["offset"], letter["row"]), (3, 4, "two"))

    def test_sum_overflow_ends_the_job(self):
        path = self.write("t.csv", "a\n9223372036854775807\n1\n")
        self.expect(1, "overflow", arguments=[
            "sql", "CREATE TABLE t (a BIGINT) WITH (connector = 'csv', path = '%s');"
            "SELECT sum(a) FROM t" % path])

    def test_full_output(self):
        source = self.write("t.csv", "a\n" + "1234567\n" * 100_000)
        with open("/dev/full", "w", encoding="ascii") as full:
            process = subprocess.run(
                [PROGRAM, "sql", "CREATE TABLE t (a INT) WITH (connector = 'csv', path = '%s');"
                 "SELECT * FROM t" % source, "--output", "csv"],
                stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        self.assertEqual(process.returncode, 1)
        self.assertIn("No space left", process.stderr)

    def test_closed_pipe(self):
        process = subprocess.Popen(
            [PROGRAM, "sql", YSB % (", rows = '50000000'", "") , "--output", "csv"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 1, errors)


class SignalTest(ProgramTest):
    def test_stop_drains_flushes_and_exits_with_zero(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            database = self.path("results-%d.db" % number)
            sink = ("CREATE TABLE o WITH (connector = 'sqlite', path = '%s');"
                    "INSERT INTO o" % database)
            process = subprocess.Popen([PROGRAM, "sql", YSB % ("", sink), "--stats"],
                                       stderr=subprocess.PIPE, text=True)
            time.sleep(1.0)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, errors)
            stats = json.loads(next(x for x in errors.splitlines() if x.startswith("{")))
            with sqlite3.connect(database) as connection:
                counted = connection.execute("SELECT sum(views) FROM o").fetchone()[0]
            self.assertGreater(counted, 0)
            # Every row that was read is in a window that was written.
            self.assertEqual(counted, stats["counters"]["ysb.rows_in"])


if __name__ == "__main__":
    unittest.main()
