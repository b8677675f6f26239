#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a query must answer, a row at a time, from the definitions and nothing else.

Shares no code with the engine. Reads one JSON object a line on standard input:

    {"plan": <docs/plan.md>, "inputs": {table: [[row, …] for each partition]}}

and answers each with one line: {"results": [rows of each query, in order]} or {"error": text}.
A row is a list of values in the order of the schema: null, true/false, integers (timestamps and
intervals in nanoseconds), floats (NaN and Infinity as JSON extended by Python), text.
"""

import json
import math
import struct
import sys
from fractions import Fraction

INTEGER_BITS = {
    "int8": (8, True), "int16": (16, True), "int32": (32, True), "int64": (64, True),
    "uint8": (8, False), "uint16": (16, False), "uint32": (32, False), "uint64": (64, False),
    "timestamp": (64, True), "interval": (64, True),
}


class Overflow(Exception):
    """A sum that does not fit into its type, with on_overflow = fail."""


def is_float(kind):
    return kind in ("float32", "float64")


def fit(value, kind):
    """An integer result in its type, or NULL where it does not fit."""
    bits, signed = INTEGER_BITS[kind]
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    return value if low <= value <= high else None


def round_float(value, kind):
    if kind == "float32" and not (math.isnan(value) or math.isinf(value)):
        try:
            return struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)
    return value


def compare(a, b):
    """-1, 0, 1. NaN equals NaN and is greater than every other number."""
    if isinstance(a, float) or isinstance(b, float):
        a_nan, b_nan = math.isnan(a), math.isnan(b)
        if a_nan or b_nan:
            return int(a_nan) - int(b_nan)
    if isinstance(a, str):
        a, b = a.encode("utf-8", "surrogateescape"), b.encode("utf-8", "surrogateescape")
    return (a > b) - (a < b)


def float_arithmetic(name, a, b):
    try:
        if name == "+":
            return a + b
        if name == "-":
            return a - b
        if name == "*":
            return a * b
        return None if b == 0 else a / b
    except OverflowError:
        return math.inf


def arithmetic(name, a, b, kind):
    if is_float(kind):
        value = float_arithmetic(name, float(a), float(b))
        return None if value is None else round_float(value, kind)
    if name == "+":
        return fit(a + b, kind)
    if name == "-":
        return fit(a - b, kind)
    if name == "*":
        return fit(a * b, kind)
    if b == 0:
        return None
    quotient = abs(a) // abs(b)
    if (a < 0) != (b < 0):
        quotient = -quotient
    return fit(quotient, kind) if name == "/" else a - quotient * b


def cast(value, source, target):
    if source == target:
        return value
    if target == "boolean":
        return value != 0
    if is_float(target):
        return round_float(float(value), target)
    if target in INTEGER_BITS:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, float):
            if math.isnan(value) or math.isinf(value):
                return None
            value = round(value)  # half to even
        return fit(value, target)
    if target in ("utf8", "symbol") and source in ("utf8", "symbol"):
        return value
    if target == "utf8" and source in INTEGER_BITS and source not in ("timestamp", "interval"):
        return str(value)
    raise NotImplementedError("cast from %s to %s" % (source, target))


COMPARISONS = {
    "=": lambda c: c == 0, "<>": lambda c: c != 0, "<": lambda c: c < 0,
    "<=": lambda c: c <= 0, ">": lambda c: c > 0, ">=": lambda c: c >= 0,
}
BITS = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "#": lambda a, b: a ^ b}


def evaluate(expression, row):
    kind = expression["kind"]
    if kind == "column":
        return row[expression["column"]]
    if kind == "literal":
        return literal(expression)
    return evaluate_call(expression, row)


def is_distinct(a, b):
    if a is None or b is None:
        return (a is None) != (b is None)
    return compare(a, b) != 0


def literal(expression):
    value = expression["value"]
    if is_float(expression["type"]) and value is not None:
        return float(value)
    return value


def evaluate_call(expression, row):
    name, kind, arguments = expression["function"], expression["type"], expression["arguments"]
    if name == "case":
        for i in range(0, len(arguments) - 1, 2):
            if evaluate(arguments[i], row) is True:
                return evaluate(arguments[i + 1], row)
        return evaluate(arguments[-1], row)
    values = [evaluate(argument, row) for argument in arguments]
    if name == "coalesce":
        return next((value for value in values if value is not None), None)
    if name in ("and", "or"):
        return three_valued(name, values)
    if name == "is null":
        return values[0] is None
    if name == "is true":
        return values[0] is True
    if name == "is false":
        return values[0] is False
    if name in ("is distinct from", "is not distinct from"):
        return is_distinct(*values) == (name == "is distinct from")
    if name in ("least", "greatest"):
        return extreme([v for v in values if v is not None], name == "least")
    if any(value is None for value in values):
        return None
    return evaluate_strict(name, kind, arguments, values)


def three_valued(name, values):
    decisive = name == "or"
    if any(value is decisive for value in values):
        return decisive
    return None if any(value is None for value in values) else not decisive


def extreme(values, lowest):
    best = None
    for value in values:
        if best is None or (compare(value, best) < 0) == lowest and compare(value, best) != 0:
            best = value
    return best


def evaluate_strict(name, kind, arguments, values):
    if name == "not":
        return not values[0]
    if name == "cast":
        return cast(values[0], arguments[0]["type"], kind)
    if name in COMPARISONS:
        return COMPARISONS[name](compare(values[0], values[1]))
    if name == "-" and len(values) == 1:
        return -values[0] if is_float(kind) else fit(-values[0], kind)
    if name in ("+", "-", "*", "/", "%"):
        return arithmetic(name, values[0], values[1], kind)
    if name in BITS:
        return BITS[name](values[0], values[1])
    if name == "abs":
        return abs(values[0]) if is_float(kind) else fit(abs(values[0]), kind)
    if name == "lower":
        return values[0].lower()
    if name == "upper":
        return values[0].upper()
    if name == "length":
        return len(values[0])
    if name == "||":
        return values[0] + values[1]
    raise NotImplementedError("function %s" % name)


def reproducible_sum(values):
    """Truncates each addend to a grid two steps of 2**32 below the largest one's, adds exactly."""
    if any(math.isnan(v) for v in values) or {math.inf, -math.inf} <= set(values):
        return math.nan
    for infinity in (math.inf, -math.inf):
        if infinity in values:
            return infinity
    largest = max(abs(v) for v in values)
    if largest == 0:
        return 0.0
    unit = 32 * ((math.frexp(largest)[1] - 1) // 32 - 2)
    scale = Fraction(2) ** unit
    total = Fraction(sum(math.trunc(Fraction(v) / scale) for v in values)) * scale
    try:
        return total.numerator / total.denominator
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def canonical(value):
    """What makes two values one group: all NaNs are one, and −0 is 0."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value + 0.0
    return value


def finish(call, kind, values, rows):
    name = call["kind"]
    if name == "count_rows":
        return rows
    if name == "count":
        return len(values)
    if name == "count_distinct":
        return len({canonical(value) for value in values})
    if not values:
        return None
    if name in ("minimum", "maximum"):
        best = extreme(values, name == "minimum")
        return best + 0.0 if isinstance(best, float) and best == 0 else best
    if is_float(kind):
        total = reproducible_sum(values)
        return total if name == "sum" else total / len(values)
    total = sum(values)
    if name == "average":
        return float(total) / float(len(values))
    result = "uint64" if kind.startswith("uint") else "int64"
    fitted = fit(total, result)
    if fitted is None and call["on_overflow"] == "fail":
        raise Overflow(call["name"])
    return fitted


class Aggregation:
    """One windowed (or whole-input) GROUP BY."""

    def __init__(self, step):
        self.step = step
        self.window = step.get("window")
        self.groups = {}
        self.late = 0

    def add(self, row, watermark):
        bounds = ()
        if self.window is not None:
            ts = row[self.window["time_column"]]
            if ts is None:
                return
            size, offset = self.window["size_ns"], self.window["offset_ns"]
            start = (ts - offset) // size * size + offset
            if watermark is not None and watermark >= start + size:
                self.late += 1
                return
            bounds = (start, start + size)
        keys = [evaluate(key["expression"], row) for key in self.step["keys"]]
        group = self.groups.setdefault((bounds, tuple(canonical(k) for k in keys)),
                                       {"keys": keys, "inputs": [[0, []] for _ in self.calls()]})
        for call, inputs in zip(self.calls(), group["inputs"]):
            if call.get("filter") is not None and evaluate(call["filter"], row) is not True:
                continue
            inputs[0] += 1
            if call.get("input") is not None:
                value = evaluate(call["input"], row)
                if value is not None:
                    inputs[1].append(value)

    def calls(self):
        return self.step["aggregates"]

    def rows(self):
        if not self.groups and not self.step["keys"] and self.window is None:
            self.groups[((), ())] = {"keys": [], "inputs": [[0, []] for _ in self.calls()]}
        for (bounds, _), group in sorted(self.groups.items(), key=lambda item: item[0][0]):
            row = [k + 0.0 if isinstance(k, float) and k == 0 else k for k in group["keys"]]
            for call, (count, values) in zip(self.calls(), group["inputs"]):
                kind = call["input"]["type"] if call.get("input") is not None else None
                row.append(finish(call, kind, values, count))
            yield row + list(bounds)


def apply_rowwise(steps, row):
    """Filters and projections; None where a filter drops the row."""
    for step in steps:
        if "filter" in step:
            if evaluate(step["filter"], row) is not True:
                return None
        else:
            row = [evaluate(column["expression"], row) for column in step["project"]]
    return row


class Descending:
    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        return other.key < self.key

    def __eq__(self, other):
        return other.key == self.key


class Ordered:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return compare(self.value, other.value) < 0

    def __eq__(self, other):
        return compare(self.value, other.value) == 0


def sort_key(step, row):
    parts = []
    for key in step["keys"]:
        value = row[key["column"]]
        null_rank = 0 if key["nulls_first"] else 1
        if value is None:
            parts.append((null_rank, 0))
            continue
        ordered = Ordered(value)
        parts.append((1 - null_rank, Descending(ordered) if key["descending"] else ordered))
    return parts


def run_query(source, query, partitions):
    steps = query["steps"]
    at = next((i for i, step in enumerate(steps) if "aggregate" in step), None)
    sort = steps[-1]["sort"] if steps and "sort" in steps[-1] else None
    rowwise = [step for step in steps if "sort" not in step]
    head = rowwise if at is None else steps[:at]
    aggregation = None if at is None else Aggregation(steps[at]["aggregate"])
    rows = []
    for partition in partitions:
        newest = None
        watermark = source.get("watermark")
        for row in partition:
            row_watermark = None
            if watermark is not None and newest is not None:
                row_watermark = newest - watermark["delay_ns"]
            result = apply_rowwise(head, row)
            if result is not None:
                if aggregation is None:
                    rows.append(result)
                else:
                    aggregation.add(result, row_watermark)
            if watermark is not None:
                ts = row[watermark["column"]]
                newest = ts if newest is None else max(newest, ts)
    if aggregation is not None:
        tail = rowwise[at + 1:]
        rows = [r for r in (apply_rowwise(tail, row) for row in aggregation.rows())
                if r is not None]
    if sort is not None:
        rows.sort(key=lambda row: sort_key(sort, row))
        limit = sort.get("limit")
        end = None if limit is None else sort["offset"] + limit
        rows = rows[sort["offset"]:end]
    return rows


def answer(request):
    plan = request["plan"]
    results = []
    for query in plan["queries"]:
        source = plan["sources"][query["source"]]
        results.append(run_query(source, query, request["inputs"][source["name"]]))
    return results


def main():
    for line in sys.stdin:
        try:
            reply = {"results": answer(json.loads(line))}
        except Overflow as error:
            reply = {"error": "overflow: %s" % error}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
