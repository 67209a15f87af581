#!/usr/bin/env python3
"""Plants mistakes in the engine's logic, one at a time, and runs the quick suites against each.

    python3 tests/mutation/run.py [options] [FOLDER...]     of include/parallel_task: queue worker controller policy

    --compiler C     g++-12
    --every N        one mistake in N, those whose number is --from modulo N
    --from M         0
    --only A,B       these numbers alone
    --list           what could be planted, and nothing else
    --results FILE   where the table goes, a line each: killed by what, or survived
    --work DIR       where the suites are built; with --reuse they are taken from there
    --main OBJECT    tests/main.cpp, compiled
    --no-schedules   without the explorer
    --no-processes   without the scenarios of tests/process
    --equivalent F   tests/mutation/equivalent.txt: survivors that change nothing, with the reason

All mistakes are compiled into the suites at once (plant.py) and chosen by an environment variable, so that each suite is
built once. Fails if a mistake survives that is not listed as equivalent.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import plant  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ["queue", "policy", "worker", "controller"]
MORE = ["stress/nesting.cpp", "stress/strategies.cpp", "stress/stopping.cpp", "stress/exceptions.cpp", "stress/states.cpp"]
PROCESSES = ["fork", "endings", "inherited", "signals", "life"]
# Headers whose tests stand under other names; they are asked first.
TESTS_OF = {"worker_base": ["worker_base", "worker_segments", "worker", "stealing"],
            "thread_runner": ["thread_runner", "idle_threads"], "run_call": ["reasons"],
            "tables": ["call_slot"], "places": ["places", "environment"], "wakeups": ["wakeups", "environment"],
            "trace": ["observer"]}
# What takes longer than the rest together: run against what that has not killed.
SLOW = ["every strategy gives the sequential*", "more is fetched before a worker*", "32 user threads at once*",
        "segments joined in order give*", "a mutex held*", "a run that cuts by order keeps*", "thread_limit bounds all*",
        "thread_limits that come and go*", "controllers on many threads*", "where one loop in a hundred*",
        "positions that cost nothing*", "calls inside map*", "set_max_threads caps*", "where a run cuts by order*", "items that never pay*",
        "folds are flushed once*", "states end once*"]
FIRST_POLLS = 150  # of the tests of the same name: if they take longer, the others decide
# Of the policy alone, and nearly half of all the time.
OF_POLICY = ["rows alone cost a 64th*"]
POLL = 0.1  # seconds; time is counted in polls, so that being stopped with all else does not look like a hang


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folders", nargs="*", default=UNITS)
    parser.add_argument("--compiler", default=os.environ.get("CXX", "g++-12"))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--results", default="")
    parser.add_argument("--work", default="")
    parser.add_argument("--main", default="")
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--no-schedules", action="store_true")
    parser.add_argument("--no-processes", action="store_true")
    parser.add_argument("--equivalent", default=str(ROOT / "tests/mutation/equivalent.txt"))
    return parser.parse_args()


class Library:
    """A copy of the headers with all mistakes in it."""

    def __init__(self, work, folders):
        self.include, self.refused = work / "include", set()
        self.folders = folders
        self.plant()

    def plant(self):
        shutil.rmtree(self.include, ignore_errors=True)
        shutil.copytree(ROOT / "include", self.include)
        (self.include / "parallel_task/mutation.hpp").write_text(plant.HEADER)
        self.mistakes, number = [], 0
        for folder in UNITS:
            for path in sorted((ROOT / "include/parallel_task" / folder).glob("*.hpp")):
                name = str(path.relative_to(ROOT / "include/parallel_task"))
                if folder not in self.folders:
                    number += 1000
                    continue
                text, found = plant.planted(path.read_text(), number, lambda line: (name, line) not in self.refused)
                (self.include / "parallel_task" / name).write_text(text)
                self.mistakes += [(mistake, name) for mistake in found]
                number += 1000

    def refuse(self, errors):
        """Lines in which the compiler does not take the mistakes get none; False if that changes nothing."""
        before = len(self.refused)
        for name, line in re.findall(r"include/parallel_task/([\w/]+\.hpp):(\d+):\d+: (?:fatal )?error", errors):
            self.refused.add((name, int(line) - 1))  # a line was added on top
        self.plant()
        return len(self.refused) != before


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


class Suites:
    def __init__(self, library, work, compiler, with_schedules, with_processes, main):
        self.library, self.work, self.compiler, self.main = library, work, compiler.split(), main
        self.flags = ["-std=c++20", "-w", f"-I{library.include}", f"-I{ROOT / 'tests'}", "-D_GLIBCXX_ASSERTIONS"]
        self.with_schedules, self.with_processes = with_schedules, with_processes

    def build(self, reuse):
        refused = self.work / "refused"
        if reuse and refused.exists():
            self.library.refused = {tuple(json.loads(line)) for line in refused.read_text().splitlines()}
            self.library.plant()
            self.add_tests(self.work / "tests")
            self.add_processes()
            if self.with_schedules:
                self.binaries.append(("schedules", [str(self.work / "schedules")]))
            return
        while True:
            errors = self.attempt()
            if not errors:
                refused.write_text("".join(json.dumps(place) + "\n" for place in sorted(self.library.refused)))
                return
            if not self.library.refuse(errors):
                sys.exit(errors)

    def compile(self, source, target, *more):
        result = run(self.compiler + self.flags + list(more) + ["-c", str(source), "-o", str(target)])
        print(".", end="", flush=True)
        return "" if result.returncode == 0 else result.stdout or "failed"

    def add_tests(self, binary):
        quick = "~[timing]~[.]" + "".join(f'~"{name}"' for name in SLOW + OF_POLICY)
        self.binaries = [("tests", [str(binary), quick, "--abort"]),
                         ("slow tests", [str(binary), ",".join(f'"{name}"' for name in SLOW), "--abort"])]
        self.first = {}
        for unit in UNITS:
            for test in (ROOT / "tests" / unit).glob("*.cpp"):
                self.first[f"{unit}/{test.stem}"] = f"[#{test.stem}]~[timing]~[.]"

    def add_processes(self):
        if not self.with_processes:
            return
        for name in PROCESSES:
            text = (ROOT / f"tests/process/{name}.cpp").read_text()
            scenarios = re.findall(r'{"([a-z0-9_]+)", [a-z0-9_]+}', text)
            binary = str(self.work / ("process_" + name))
            all_of_them = " && ".join(f"{binary} {scenario}" for scenario in scenarios)
            self.binaries.append((f"process, {name}", ["sh", "-c", all_of_them]))

    def attempt(self):
        self.binaries = []
        first = self.work / "all.hpp"
        first.write_text('#include "catch.hpp"\n#include <parallel_task/parallel_task.hpp>\n'
                         "#include <parallel_task/state_dump.hpp>\n")
        result = run(self.compiler + self.flags + ["-O0", "-x", "c++-header", str(first), "-o", str(first) + ".gch"])
        if result.returncode != 0:
            return result.stdout
        main = self.main
        if not main:
            main = self.work / "main.o"
            if not main.exists() and (errors := self.compile(ROOT / "tests/main.cpp", main)):
                return errors
        sources = [s for unit in UNITS for s in sorted((ROOT / "tests" / unit).glob("*.cpp"))]
        objects = []
        for source in sources + [ROOT / "tests" / more for more in MORE]:
            target = self.work / (source.parent.name + "_" + source.stem + ".o")
            if errors := self.compile(source, target, "-O0", "-include", str(first)):
                return errors
            objects.append(str(target))
        tests = self.work / "tests"
        result = run(self.compiler + objects + [str(main), "-o", str(tests), "-pthread", "-ldl"])
        if result.returncode != 0:
            return result.stdout
        self.add_tests(tests)
        for name in PROCESSES if self.with_processes else []:
            target = self.work / ("process_" + name)
            result = run(self.compiler + self.flags + ["-O0", str(ROOT / f"tests/process/{name}.cpp"), "-o", str(target),
                                                       "-pthread", "-ldl"])
            if result.returncode != 0:
                return result.stdout
        self.add_processes()
        return self.attempt_schedules() if self.with_schedules else ""

    def attempt_schedules(self):
        explore = ROOT / "tests/explore"
        objects = []
        is_clang = "clang" in run(self.compiler + ["--version"]).stdout
        instrumented = ["-O1", "-g1", "-fsanitize=thread", f"-I{explore}"] + (
            ["-mllvm", "-tsan-instrument-func-entry-exit=0"] if is_clang else ["--param=tsan-instrument-func-entry-exit=0"])
        for source in sorted((explore / "model").glob("*.cpp")):
            target = self.work / ("model_" + source.stem + ".o")
            objects.append(str(target))
            if not target.exists() and (errors := self.compile(source, target, "-O2")):
                return errors
        for name in ("queue", "calls", "pool", "sources", "edges"):
            source = explore / f"schedules/{name}.cpp"
            if not source.exists():
                continue
            target = self.work / ("schedules_" + name + ".o")
            objects.append(str(target))
            if errors := self.compile(source, target, *instrumented):
                return errors
        binary = self.work / "schedules"
        result = run(self.compiler + objects + ["-o", str(binary), "-pthread", "-ldl"])
        if result.returncode != 0:
            return result.stdout
        self.binaries.append(("schedules", [str(binary)]))
        return ""

    def judge(self, number, name, limits):
        """Who kills the mistake of this number, in this header, and how; None if nobody does."""
        folder, stem = name[:-len(".hpp")].split("/")
        tests = [self.first[f"{folder}/{test}"] for test in TESTS_OF.get(stem, [stem]) if f"{folder}/{test}" in self.first]
        if tests:
            code, polls, said = self.watch([self.binaries[0][1][0], "-#", ",".join(tests), "--abort"], number, FIRST_POLLS)
            if code not in (0, "hang"):
                return f"tests: {self.first_failure(said) if code > 0 else 'signal %d' % -code}"
        for name, command in self.binaries:
            code, polls, said = self.watch(command, number, limits.get(name, 6000))
            if code == "hang":
                return f"{name}: hangs"
            if code != 0:
                return f"{name}: {self.first_failure(said) if code > 0 else 'signal %d' % -code}"
        return None

    def watch(self, command, number, most_polls):
        environment = dict(os.environ, MUTANT=str(number))
        with open(self.work / "said", "w+") as said:
            child = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=self.work,
                                     start_new_session=True)
            polls = 0
            while child.poll() is None and polls < most_polls:
                time.sleep(POLL)
                polls += 1
            code = child.poll()
            if code is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                code = "hang"
            said.seek(0)
            return code, polls, said.read()

    @staticmethod
    def first_failure(said):
        for pattern in (r"\n-{10,}\n([^.]+?)\n-{10,}\n", r"FAILED:? *([^\n]+)"):
            if found := re.search(pattern, said):
                return " ".join(found.group(1).split())
        return "failed"


def main():
    chosen = arguments()
    work = pathlib.Path(chosen.work or tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    library = Library(work, chosen.folders)
    if chosen.list:
        for mistake, name in library.mistakes:
            print(f"{mistake.number} {name}:{mistake.line}: {mistake.what}")
        return 0
    suites = Suites(library, work, chosen.compiler, not chosen.no_schedules, not chosen.no_processes, chosen.main)
    suites.build(chosen.reuse)
    limits = {}
    for name, command in suites.binaries:
        code, polls, said = suites.watch(command, -1, 12000)
        if code != 0:
            sys.exit(f"{name} fails without any mistake:\n{said[-3000:]}")
        limits[name] = 80 + 2 * polls
        print(f"\n{name}: {polls * POLL:.1f} s without a mistake")
    only = {int(number) for number in chosen.only.split(",") if number}
    equivalent = set()
    if os.path.exists(chosen.equivalent):
        for line in open(chosen.equivalent):
            if found := re.match(r"([\w/]+\.hpp): (.*?) -- ", line):
                equivalent.add(found.groups())
    score, survivors = {}, 0
    table = open(chosen.results, "a") if chosen.results else sys.stdout
    for index, (mistake, name) in enumerate(library.mistakes):
        if only and mistake.number not in only or not only and index % chosen.every != chosen.first:
            continue
        count = score.setdefault(name.split("/")[0], [0, 0, 0])
        count[0] += 1
        killer = suites.judge(mistake.number, name, limits)
        if killer:
            count[1] += 1
        elif (name, mistake.what) in equivalent:
            count[2] += 1
            killer = "equivalent"
        else:
            survivors += 1
        print(f"{'killed' if killer else 'SURVIVED'}\t{mistake.number}\t{name}:{mistake.line}\t{mistake.what}\t{killer or ''}",
              file=table, flush=True)
    for folder, (all_of_them, killed, same) in score.items():
        share = 100 * killed / max(1, all_of_them - same)
        print(f"{folder}: {all_of_them} mistakes, {same} equivalent, {killed} killed: {share:.1f} %")
    return survivors != 0


if __name__ == "__main__":
    sys.exit(main())
