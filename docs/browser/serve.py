#!/usr/bin/python3
"""usage: serve.py FOLDER [PORT]
       serve.py FOLDER --test BROWSER SCREENSHOT

Serves a folder on this machine, with the two headers without which a browser gives a program no threads. --test opens
its page in BROWSER without a window, and says what the page told: 0 if two threads or more have drawn it rightly, and
the page says what it needs where the headers are missing."""

import functools
import http.server
import json
import subprocess
import sys
import tempfile
import threading

told = threading.Event()
result = {}


class Handler(http.server.SimpleHTTPRequestHandler):
    isolated = True

    def end_headers(self):
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self):
        if self.path != "/loaded":
            super().do_GET()
            return
        told.wait()  # an image that comes when the page has told its result: until then the page is loading
        self.send_error(404)

    def do_POST(self):
        result.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()
        told.set()

    def log_message(self, *_):
        pass


def served(folder, port, isolated=True):
    kind = type("Served", (Handler,), {"isolated": isolated})
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(kind, directory=folder))


def opened(folder, browser, screenshot, isolated):
    """What the page tells when `browser` opens it."""
    told.clear()
    result.clear()
    server = served(folder, 0, isolated)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,1240",
             f"--user-data-dir={profile}", f"--screenshot={screenshot}",
             f"http://127.0.0.1:{server.server_address[1]}/?test"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    server.shutdown()
    if not told.is_set():
        print(done.stderr)
        sys.exit("the page told nothing")
    return dict(result)


def main():
    folder = sys.argv[1]
    if sys.argv[2:3] != ["--test"]:
        port = int(sys.argv[2]) if len(sys.argv) > 2 else 8000
        print(f"http://localhost:{port}/ (Ctrl-C ends it)", flush=True)
        served(folder, port).serve_forever()
    browser, screenshot = sys.argv[3:]
    without = opened(folder, browser, screenshot, isolated=False)
    if "needs two headers" not in without.get("error", ""):
        sys.exit(f"without the headers the page did not say that it needs them, but {without}")
    drawn = opened(folder, browser, screenshot, isolated=True)
    print(f'the browser says that there are {drawn.get("cores")} cores')
    print(drawn.get("report", drawn))
    right = (drawn.get("wrong"), drawn.get("pictures"), drawn.get("rows")) == (0, 2, 600)
    if not right or not 2 <= drawn["threads"] <= max(2, drawn["cores"]):
        sys.exit(f"not as it should be: {drawn}")


main()
