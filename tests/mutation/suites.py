"""The library with mistakes in it, and the tests that may notice one: built once, run many times.

A test is a case of the layers' own tests, a scenario of tests/process or a case of the explorer. Each is run once
without a mistake, in a process of its own, which says how long it takes and which mistakes it comes to. None but those
that come to a mistake are run against it.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

import plant

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = ["queue", "policy", "worker", "controller", "structure"]
WHOLE_CALLS = ["pipeline/progress", "pipeline/report", "pipeline/trace", "stress/nesting", "stress/strategies",
               "stress/stopping", "stress/exceptions", "stress/states"]
CLOCKED = sorted(file.stem for file in (ROOT / "tests/explore").glob("hand_clock*.cpp"))  # of tests/explore: programs on a clock of their own
PROCESSES = ["background", "endings", "fork", "inherited", "life", "quota", "signals", "tasks"]
SCHEDULES = ["queue", "calls", "pool", "sources", "edges", "tasks", "background"]
PER_FILE = 1000  # numbers, so that a change in one file leaves those of all others as they are
POLL = 0.1  # seconds between two looks at what runs


class Library:
    """A copy of the headers with all mistakes in it."""

    def __init__(self, work):
        self.include, self.file = work / "include", work / "refused"
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        self.refused = {tuple(json.loads(line)) for line in lines}  # known from the last time
        self.plant()

    def plant(self):
        top = ROOT / "include/parallel_task"
        self.mistakes, texts = {}, {"mutation.hpp": plant.HEADER}
        for path in sorted(top.rglob("*.hpp")):
            texts[str(path.relative_to(top))] = path.read_text()
        names = [name for folder in UNITS for name in texts if name.startswith(folder + "/")]
        for place, name in enumerate(names):
            texts[name], found = plant.planted(texts[name], place * PER_FILE, lambda line: (name, line) not in self.refused)
            self.mistakes.update((mistake.number, (name, mistake)) for mistake in found)
        for name, text in texts.items():
            file = self.include / "parallel_task" / name
            if not file.exists() or file.read_text() != text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)

    def refuse(self, errors):
        """Lines in which the compiler does not take the mistakes get none; False if that changes nothing."""
        before = len(self.refused)
        for name, line in re.findall(r"include/parallel_task/([\w/]+\.hpp):(\d+):\d+: (?:fatal )?error", errors):
            self.refused.add((name, int(line) - 1))  # a line was added on top
        self.file.write_text("".join(json.dumps(place) + "\n" for place in sorted(self.refused)))
        self.plant()
        return len(self.refused) != before


class Test:
    def __init__(self, name, program, word, home=""):
        self.name, self.program, self.word, self.home = name, program, word, home
        self.seconds, self.reached = 0.0, b""


class Ended:
    """How a program ended: its code, or "hang"; what it said; the time of a core that it took, and of a clock."""

    def __init__(self, code, said, seconds, wall):
        self.code, self.said, self.seconds, self.wall = code, said, seconds, wall


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def states_of(group):
    """What the threads of the processes of this group do: R runs, S sleeps, T was stopped by somebody."""
    found = set()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if int((process / "stat").read_text().rsplit(")", 1)[1].split()[2]) != group:
                continue
            found.update((thread / "stat").read_text().rsplit(")", 1)[1].split()[0] for thread in (process / "task").iterdir())
        except (OSError, IndexError):
            continue
    return found


def watch(command, work, seconds, **environment):
    """Runs it. What has used ten times as many seconds of a core, or sleeps for three times as long, hangs: on a busy
    machine neither happens to what is only slow. The time for which somebody has stopped it does not count."""
    def bound():
        limit = int(3 + 10 * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with tempfile.TemporaryFile("w+", errors="replace") as said:
        last_look = time.monotonic()
        child = subprocess.Popen(command, stdout=said, stderr=said, env=dict(os.environ, **environment), cwd=work,
                                 start_new_session=True, preexec_fn=bound)
        code, asleep, going, pause = None, 0.0, 0.0, 0.001
        while code is None:
            pid, status, used = os.wait4(child.pid, os.WNOHANG)
            passed = time.monotonic() - last_look
            if pid != 0:
                code = os.waitstatus_to_exitcode(status)
            elif passed >= POLL:
                states = states_of(child.pid)
                if "T" not in states:
                    going += passed
                    asleep = 0 if states & set("RD") else asleep + passed
                last_look += passed
                if asleep > 1 + 3 * seconds or going > 15 + 20 * seconds:
                    code = "hang"
            else:
                time.sleep(pause)
                pause = min(2 * pause, POLL / 2)
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if code == "hang":
            used = os.wait4(child.pid, 0)[2]
        child.returncode = 0  # it has been waited for
        said.seek(0)
        text = said.read()
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        code = "hang"
    return Ended(code, text, used.ru_utime + used.ru_stime,
                 going + time.monotonic() - last_look)


class Suites:
    def __init__(self, library, work, chosen):
        self.library, self.work, self.main, self.jobs = library, work, chosen.main, chosen.jobs
        self.compiler = chosen.compiler.split()
        self.flags = ["-std=c++20", "-w", f"-I{library.include}", f"-I{ROOT / 'tests'}", "-D_GLIBCXX_ASSERTIONS"]
        self.with_schedules, self.with_processes = not chosen.no_schedules, not chosen.no_processes
        self.with_whole_calls = not chosen.layers
        self.folders = chosen.tests.split(",")

    # -- building

    def build(self):
        """What is older than what it is made from."""
        while errors := self.attempt():
            if not self.library.refuse(errors):
                sys.exit(errors)

    def compile(self, source, target, *more):
        # Of the tests' headers those that it names; and that a line of structure/ takes no mistakes comes out late.
        text = source.read_text()
        shared = [source, *(file for file in (ROOT / "tests").rglob("*.hpp") if file.name in text),
                  *(file for file in self.library.include.rglob("*.hpp")
                    if file.parent.name != "structure" or "structure" in text)]
        if target.exists() and target.stat().st_mtime > max(file.stat().st_mtime for file in shared):
            return ""
        result = run(self.compiler + self.flags + list(more) + ["-c", str(source), "-o", str(target)])
        print(".", end="", flush=True)
        return "" if result.returncode == 0 else result.stdout or "failed"

    def link(self, objects, name):
        target = self.work / name
        if target.exists() and target.stat().st_mtime > max(file.stat().st_mtime for file in objects):
            return ""
        result = run(self.compiler + [str(each) for each in objects] + ["-o", str(target), "-pthread", "-ldl"])
        return "" if result.returncode == 0 else result.stdout or "failed"

    def attempt(self):
        """Compiles everything once; what the compiler said where it refused."""
        first = self.work / "all.hpp"
        if not first.exists():
            first.write_text('#include "catch.hpp"\n#include <parallel_task/parallel_task.hpp>\n'
                             "#include <parallel_task/state_dump.hpp>\n")
        main = pathlib.Path(self.main or self.work / "main.o")
        errors = (self.compile(first, pathlib.Path(str(first) + ".gch"), "-O0", "-x", "c++-header")
                  or (not self.main and self.compile(ROOT / "tests/main.cpp", main)))
        if errors:
            return errors
        quick = ("-O0", "-include", str(first))
        tests = {self.work / f"{source.parent.name}_{source.stem}.o": (source, quick) for source in self.sources()}
        clocked = {self.work / f"{name}.o": (ROOT / f"tests/explore/{name}.cpp", ("-O0",)) for name in CLOCKED}
        processes = {self.work / f"process_{name}.o": (ROOT / f"tests/process/{name}.cpp", ("-O0",))
                     for name in (PROCESSES if self.with_processes else [])}
        schedules = self.schedules() if self.with_schedules else {}
        failed = []  # after that, all that follows would be compiled in vain

        def compile_one(unit):
            target, (source, flags) = unit
            if not failed and (errors := self.compile(source, target, *flags)):
                failed.append(errors)

        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(compile_one, (tests | clocked | processes | schedules).items()))
        errors = "".join(failed)
        return (errors or self.link([main, *tests], "tests")
                or "".join(self.link([target, main], target.stem) for target in clocked)
                or "".join(self.link([target], target.stem) for target in processes)
                or schedules and self.link(list(schedules), "schedules"))

    def schedules(self):
        """What the explorer is compiled from."""
        explore = ROOT / "tests/explore"
        is_clang = "clang" in run(self.compiler + ["--version"]).stdout
        instrumented = ("-O1", "-g1", "-fsanitize=thread", f"-I{explore}", *(
            ["-mllvm", "-tsan-instrument-func-entry-exit=0"] if is_clang else ["--param=tsan-instrument-func-entry-exit=0"]))
        units = {self.work / f"model_{source.stem}.o": (source, ("-O2",)) for source in sorted((explore / "model").glob("*.cpp"))}
        return units | {self.work / f"schedules_{name}.o": (explore / f"schedules/{name}.cpp", instrumented)
                        for name in SCHEDULES}

    # -- the tests

    def sources(self):
        sources = [source for unit in self.folders for source in sorted((ROOT / "tests" / unit).glob("*.cpp"))]
        return sources + [ROOT / f"tests/{name}.cpp" for name in WHOLE_CALLS if self.with_whole_calls]

    def tests(self):
        """All tests, with what they take and what they come to. Those that fail by themselves are left out."""
        found = []
        for source in self.sources() + [ROOT / f"tests/explore/{name}.cpp" for name in CLOCKED]:
            program = source.stem if source.stem in CLOCKED else "tests"
            for name in self.cases(program, source.stem):
                if name not in {test.name for test in found}:
                    found.append(Test(name, program, name, f"{source.parent.name}/{source.stem}"))
        for program in PROCESSES if self.with_processes else []:
            text = (ROOT / f"tests/process/{program}.cpp").read_text()
            for word in re.findall(r'{"([a-z0-9_]+)", [a-z0-9_]+}', text):
                found.append(Test(f"process: {program}, {word}", f"process_{program}", word))
        if self.with_schedules:
            for word in run([str(self.work / "schedules"), "--list"]).stdout.splitlines():
                found.append(Test(f"explore: {word}", "schedules", word))
        known, usable = self.known(), []
        for test in found:
            made = self.made(test)
            if known.get(test.name, [0])[0] < made:
                self.measure(test)
                with open(self.work / "measured", "a") as file:
                    file.write(json.dumps([test.name, time.time(), test.seconds, test.reached]) + "\n")
            else:
                _, test.seconds, test.reached = known[test.name]
            if test.seconds >= 0:
                test.reached = frozenset(test.reached)
                usable.append(test)
        return sorted(usable, key=lambda test: test.seconds)

    def made(self, test):
        """When what the test says was compiled."""
        objects = [test.home.replace("/", "_") + ".o"] if test.program == "tests" else [test.program]
        return max((self.work / name).stat().st_mtime for name in objects)

    def cases(self, program, stem):
        """The names of those that are in this file: Catch2 says them whole."""
        command = [str(self.work / program), "-#", f"[#{stem}]~[timing]~[.]"]
        listed = run(command + ["--list-test-names-only"])  # version 2
        if "Unrecognised token" in listed.stdout:
            listed = run(command + ["--list-tests", "--verbosity", "quiet"])
        return [line.strip() for line in listed.stdout.splitlines() if line.strip()]

    def known(self):
        """When each test was run, what it took, and what it came to."""
        file, known = self.work / "measured", {}
        for line in file.read_text().splitlines() if file.exists() else []:
            name, *what = json.loads(line)
            known[name] = what
        return known

    def measure(self, test):
        file = self.work / "reached"
        file.unlink(missing_ok=True)
        ended = watch(self.command([test]), self.work, 60, MUTANT_REACHED=str(file))
        if ended.code != 0 or "No tests ran" in ended.said:
            print(f"\nleft out, fails by itself ({ended.code}): {test.name}", flush=True)
            test.seconds, test.reached = -1, []
            return
        test.seconds = max(ended.seconds, 0.0 if test.program == "schedules" else min(ended.wall, ended.seconds + 2) / 2)
        test.reached = [i for i, byte in enumerate(file.read_bytes()) if byte] if file.exists() else []

    def command(self, tests):
        program = str(self.work / tests[0].program)
        if tests[0].program in ["tests", *CLOCKED]:
            words = (re.sub(r"([,\[\]\\*])", r"\\\1", test.word) for test in tests)
            return [program, ",".join(f'"{word}"' for word in words), "--abort"]
        return [program, "--case", tests[0].word] if tests[0].program == "schedules" else [program, tests[0].word]
