"""The arithmetic of compare-builds: what the reports of its runs say about B, and whether that is good enough.

Speeds are operations per second in all cells, so that more is better. Ratios are taken within a round.
"""

import json
import math
import os
import statistics
import sys

# What a mean over many cells may lose by chance.
LEAST_MEAN = 0.99


def speeds(report):
    """By cell and id of the lock: its name, whether that is FastLock's, and its speed."""
    found = {}
    for cell in report["cells"]:
        for row in cell["opponents"]:
            if row["isFastLock"] or row["id"] == "pthread":
                run = row["rounds"][0]
                found[cell["id"], row["id"]] = row["name"], row["isFastLock"], run["operations"] / run["seconds"]
    return found


class Comparison:
    """One lock in one cell."""

    def __init__(self, key, rounds):
        self.cell, self.lock = key
        self.name, self.is_judged, _ = rounds[0]["a"][key]
        self.ratios = [ratio(key, runs["b"], runs["a"]) for runs in rounds]
        self.control = [ratio(key, runs["control"], runs["a"]) for runs in rounds]
        self.median = statistics.median(self.ratios)
        # Which of two runs of the same build is the control is arbitrary.
        self.worst = min(min(value, 1 / value) for value in self.control)
        self.is_below = self.median < self.worst


def ratio(key, run, reference):
    if run[key][2] == 0 or reference[key][2] == 0:
        give_up(f"{key[1]} did nothing at all in {key[0]}")
    return run[key][2] / reference[key][2]


def give_up(reason):
    print(f"compare-builds: {reason}", file=sys.stderr)
    sys.exit(2)


def compare(rounds):
    """What all runs have measured, in the order of the first; and the cells that only some have."""
    runs = [run for round in rounds for run in round.values()]
    comparisons = [Comparison(key, rounds) for key in runs[0] if all(key in run for run in runs)]
    cells = {cell for run in runs for cell, _ in run} - {comparison.cell for comparison in comparisons}
    return comparisons, sorted(cells)


def mean(comparisons, value):
    return math.exp(statistics.fmean(math.log(value(comparison)) for comparison in comparisons))


def verdict(comparisons):
    """For each of FastLock's locks its name, cells, geometric means of B/A and A/A, and the cells that are below."""
    judged = [comparison for comparison in comparisons if comparison.is_judged]
    for lock in dict.fromkeys(comparison.lock for comparison in judged):
        own = [comparison for comparison in judged if comparison.lock == lock]
        control = mean(own, lambda comparison: statistics.median(comparison.control))
        below = [comparison.cell for comparison in own if comparison.is_below]
        yield own[0].name, len(own), mean(own, lambda comparison: comparison.median), control, below


def is_good_enough(comparisons):
    return all(value >= LEAST_MEAN and not below for _, _, value, _, below in verdict(comparisons))


def show(comparisons, left_out):
    print(f"  {'cell':<24}{'lock':<24}{'B/A':>7}    min .. max   {'A/A':>7}{'worst':>7}")
    for one in comparisons:
        mark = "!" if one.is_judged and one.is_below else " "
        spread = f"{min(one.ratios):.3f} .. {max(one.ratios):.3f}"
        control = f"{statistics.median(one.control):>7.3f}{one.worst:>7.3f}"
        print(f"{mark} {one.cell:<24}{one.name:<24}{one.median:>7.3f}  {spread}{control}")
    print("! below the control's worst. pthread_mutex is the same in both: it tells what the machine did.")
    if left_out:
        print("Not in both: " + ", ".join(left_out))
    for name, cells, value, control, below in verdict(comparisons):
        mark = " " if value >= LEAST_MEAN and not below else "!"
        where = ", ".join(below) or "none"
        print(f"{mark} {name}: geometric mean {value:.3f} (A/A {control:.3f}) in {cells} cells; below: {where}")
    print("B is not slower than A." if is_good_enough(comparisons) else "B is slower than A.")


def report(figures):
    """A report of one round in which each lock of each cell did so many operations in two seconds."""

    def row(lock, operations):
        rounds = [{"operations": operations, "seconds": 2}]
        return {"id": lock, "name": lock, "isFastLock": lock != "pthread", "rounds": rounds}

    cells = [{"id": cell, "opponents": [row(*lock) for lock in locks.items()]} for cell, locks in figures.items()]
    return {"cells": cells}


def self_test():
    def comparisons(*rounds):
        return compare([{run: speeds(report(figures)) for run, figures in round.items()} for round in rounds])

    def one_cell(*rounds):
        """Of FastLock's mutex: operations of A, B and the control in each round."""
        named = [dict(zip(["a", "b", "control"], counts)) for counts in rounds]
        return comparisons(*({run: {"cell": {"mutex": n}} for run, n in counts.items()} for counts in named))[0]

    assert speeds(report({"cell": {"mutex": 10}}))["cell", "mutex"][2] == 5

    (same,) = one_cell((100, 100, 100), (200, 190, 180), (50, 60, 51))
    assert same.ratios == [1, 0.95, 1.2] and same.median == 1 and same.worst == 0.9
    assert is_good_enough([same])
    (either_way,) = one_cell((80, 80, 100))
    assert either_way.worst == 0.8

    noisy = ((1000, 989, 500), (1000, 991, 1000), (1000, 980, 1000))
    assert not one_cell(*noisy)[0].is_below and not is_good_enough(one_cell(*noisy))
    assert is_good_enough(one_cell(*noisy[:2]))

    quiet = {"quiet": {"mutex": 100}, "fast": {"mutex": 100}}
    lost = {"quiet": {"mutex": 99}, "fast": {"mutex": 200}}
    found, _ = comparisons({"a": quiet, "b": lost, "control": quiet})
    ((_, cells, value, control, below),) = verdict(found)
    assert cells == 2 and abs(value - math.sqrt(0.99 * 2)) < 1e-9 and control == 1 and below == ["quiet"]
    assert not is_good_enough(found)

    old = {"cell": {"pthread": 100, "mutex": 100}}
    new = {"cell": {"pthread": 10, "mutex": 100, "lock": 100}, "later": {"mutex": 1}}
    for runs in ({"a": old, "b": new, "control": old}, {"a": new, "b": old, "control": new}):
        found, left_out = comparisons(runs)
        assert [comparison.lock for comparison in found] == ["pthread", "mutex"] and left_out == ["later"]
        assert is_good_enough(found)
    print("compare-builds: self-test passed")


def main(folder, count):
    rounds = []
    for number in range(1, int(count) + 1):
        runs = {}
        for run in ("a", "b", "control"):
            with open(os.path.join(folder, f"{number}-{run}.json")) as file:
                runs[run] = speeds(json.load(file))
        rounds.append(runs)
    comparisons, left_out = compare(rounds)
    if not any(comparison.is_judged for comparison in comparisons):
        give_up("no lock of FastLock was measured in both")
    try:
        show(comparisons, left_out)
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer would be tried again, and its failure be the exit status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        give_up(f"cannot write the comparison: {error.strerror}")
    return 0 if is_good_enough(comparisons) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        sys.exit(main(*sys.argv[1:]))
