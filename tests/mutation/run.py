#!/usr/bin/env python3
"""Plants mistakes in the engine's logic, one at a time, and runs the quick suites against each.

    python3 tests/mutation/run.py [options] [FOLDER...]   of include/parallel_task: queue policy worker controller structure

    --compiler C     g++-12
    --every N        one mistake in N, those whose number is --from modulo N
    --from M         0
    --only A,B       these numbers alone
    --headers A,B    those of these headers alone: worker/places.hpp, or its name without the folder
    --tests A,B      of the layers' own tests those of these folders alone; so much less has to be built
    --seed S         the order in which they come, so which part is a sample: 1
    --seconds S      of tests for each mistake, at most: those of the header's own name, and then the quickest
    --minutes M      begins with no mistake after that; they come in an order that is mixed, so that any part is a sample
    --list           what could be planted, and nothing else
    --results FILE   where the table goes, a line each: killed by what, or survived; what stands there already is kept,
                     and of what survived with fewer --seconds the tests that were not run are run
    --work DIR       where the suites are built; what is there and new enough is taken
    --jobs N         so many compilers at a time
    --main OBJECT    tests/main.cpp, compiled
    --no-schedules   without the explorer
    --no-processes   without the scenarios of tests/process
    --layers         without whole calls: of tests/pipeline and tests/stress
    --equivalent F   tests/mutation/equivalent.txt: survivors that change nothing, with the reason

All mistakes are compiled into the suites at once (plant.py) and chosen by an environment variable, so that each suite is
built once; against a mistake are run the tests that come to it, the quickest first (suites.py). Fails if a mistake
survives that is not listed as equivalent.
"""
import argparse
import os
import pathlib
import random
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from suites import CLOCKED, Library, ROOT, Suites, UNITS, watch  # noqa: E402

# Headers whose tests stand under other names as well; they are asked first.
TESTS_OF = {"worker_base": ["worker_segments", "worker", "stealing"], "worker": ["worker_base", "stealing"],
            "thread_runner": ["idle_threads"], "run_call": ["reasons"], "tables": ["call_slot"], "places": ["environment"],
            "wakeups": ["environment"], "trace": ["observer"], "task_call": ["join", "scope"], "scope_call": ["scope"],
            "join_tree": ["join"], "task_result": ["join"]}


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folders", nargs="*", default=UNITS)
    parser.add_argument("--compiler", default=os.environ.get("CXX", "g++-12"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--headers", default="")
    parser.add_argument("--tests", default=",".join(UNITS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--minutes", type=float, default=1e9)
    for option in ("--results", "--work", "--main"):
        parser.add_argument(option, default="")
    for option in ("--list", "--no-schedules", "--no-processes", "--layers"):
        parser.add_argument(option, action="store_true")
    parser.add_argument("--equivalent", default=str(ROOT / "tests/mutation/equivalent.txt"))
    return parser.parse_args()


class Judge:
    def __init__(self, suites, tests):
        self.suites, self.tests = suites, tests

    def batches(self, number, name, seconds, done):
        """The tests that come to the mistake and are not done, in runs of growing length."""
        folder, stem = name[:-len(".hpp")].split("/")
        homes = {f"{folder}/{home}" for home in [stem] + TESTS_OF.get(stem, [])} | {f"explore/{name}" for name in CLOCKED}
        reaching = [test for test in self.tests if number in test.reached]
        reaching.sort(key=lambda test: (test.home not in homes or test.seconds > 1, test.seconds))
        batch, length, most, all_of_them = [], 0.0, 0.3, 0.0
        for test in reaching:
            all_of_them += test.seconds
            if all_of_them > seconds and all_of_them != test.seconds:
                break
            if test.name in done:
                continue
            if batch and (length + test.seconds > most or test.program != batch[0].program or test.program not in ["tests", *CLOCKED]):
                yield batch
                batch, length, most = [], 0.0, 2 * most
            batch.append(test)
            length += test.seconds
        if batch:
            yield batch

    def watch(self, tests, number):
        return watch(self.suites.command(tests), self.suites.work, sum(test.seconds for test in tests), MUTANT=str(number))

    def judge(self, number, name, seconds, done):
        """Who kills the mistake, and how; None if nobody does. What fails must fail again, by itself."""
        for batch in self.batches(number, name, seconds, done):
            while batch:
                ended = self.watch(batch, number)
                if ended.code == 0:
                    break
                failed = next((test for test in batch if f"-- {test.name} " in " ".join(ended.said.split())), batch[0])
                if ended.code == "hang":
                    return f"{batch[0].name if len(batch) == 1 else 'one of ' + str(len(batch))}: hangs"
                if len(batch) == 1 and batch[0].program == "schedules" or self.watch([failed], number).code != 0:
                    return failed.name
                batch = batch[batch.index(failed) + 1:]  # by chance, or because of what was run before it
            done.update(test.name for test in batch)
        return None


class Table:
    """What is known of each mistake: file, line, what, killed by whom, and until where tests were run."""

    def __init__(self, file):
        self.file, self.known = file, {}
        if file and os.path.exists(file):
            for line in open(file):
                verdict, number, place, what, killer, seconds = line.rstrip("\n").split("\t")
                self.known[int(number), place.split(":")[0], what] = verdict, killer, float(seconds)

    def of(self, number, name, mistake):
        return self.known.get((number, name, mistake.what))

    def add(self, number, name, mistake, verdict, killer, seconds):
        self.known[number, name, mistake.what] = verdict, killer, seconds
        line = "\t".join([verdict, str(number), f"{name}:{mistake.line}", mistake.what, killer, f"{seconds:g}"])
        print(line, file=open(self.file, "a") if self.file else sys.stdout, flush=True)


def equivalent_mistakes(file):
    """Of each its reason, by file, function and text."""
    found = {}
    for line in open(file) if os.path.exists(file) else []:
        if match := re.match(r"([\w/]+\.hpp), ([^:]*): (.*) -- (.*)", line):
            found[match.groups()[:3]] = match.group(4)
    return found


def score(mistakes, table, equivalent, all_of_them):
    """A line for each folder; how many survive."""
    survivors = 0
    for folder in UNITS:
        judged = [(equivalent.get((name, mistake.where, mistake.what)), table.of(mistake.number, name, mistake))
                  for name, mistake in mistakes
                  if name.startswith(folder + "/") and table.of(mistake.number, name, mistake)]
        if not judged:
            continue
        killed = sum(verdict[0] == "killed" for _, verdict in judged)
        spared = [why for why, verdict in judged if verdict[0] != "killed" and why]
        slower = sum(why.startswith("speed: ") for why in spared)
        number = sum(name.startswith(folder + "/") for name, _ in all_of_them)
        survivors += len(judged) - killed - len(spared)
        percent = lambda same: f"{100 * killed / max(1, len(judged) - same):.1f} %"
        print(f"{folder}: {len(judged)} of {number} mistakes, {len(spared) - slower} equivalent, {slower} change speed "
              f"alone, {killed} killed: {percent(len(spared))}; with those of speed {percent(len(spared) - slower)}")
    return survivors


def main():
    chosen = arguments()
    work = pathlib.Path(chosen.work or tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    library = Library(work)
    if chosen.list:
        for name, mistake in library.mistakes.values():
            print(f"{mistake.number} {name}:{mistake.line}, {mistake.where}: {mistake.what}")
        return 0
    suites = Suites(library, work, chosen)
    suites.build()
    judge = Judge(suites, suites.tests())
    began = time.monotonic()
    print(f"{len(judge.tests)} tests, {sum(test.seconds for test in judge.tests):.0f} s without a mistake; "
          f"{len(library.mistakes)} mistakes; {len(library.refused)} lines in which the compiler takes none", flush=True)
    only = {int(number) for number in chosen.only.split(",") if number}
    headers = {name for name in chosen.headers.split(",") if name}
    all_of_them = [place for place in library.mistakes.values() if place[0].split("/")[0] in chosen.folders
                   and (not headers or headers & {place[0], place[0].split("/")[1]})]
    mistakes = [place for index, place in enumerate(all_of_them)
                if (place[1].number in only if only else index % chosen.every == chosen.first)]
    random.Random(chosen.seed).shuffle(mistakes)
    equivalent, table = equivalent_mistakes(chosen.equivalent), Table(chosen.results)
    for name, mistake in mistakes:
        if time.monotonic() - began > 60 * chosen.minutes:
            break
        number, before = mistake.number, table.of(mistake.number, name, mistake)
        if (name, mistake.where, mistake.what) in equivalent or before and (before[0] == "killed" or before[2] >= chosen.seconds):
            if not before:
                table.add(number, name, mistake, "equivalent", "", 0)
            continue
        done = set()
        if before and before[2] > 0:
            for batch in judge.batches(number, name, before[2], set()):
                done.update(test.name for test in batch)
        killer = judge.judge(number, name, chosen.seconds, done)
        reached = any(number in test.reached for test in judge.tests)
        table.add(number, name, mistake, "killed" if killer else "survived" if reached else "unreached", killer or "",
                  chosen.seconds)
    return score(mistakes, table, equivalent, all_of_them) != 0


if __name__ == "__main__":
    sys.exit(main())
