#!/usr/bin/python3
"""usage: check_links.py FOLDER

Every link and picture of the built pages that leads into the site must find its page, and its anchor there. Links that
lead out are counted only: nothing is fetched."""

import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], {"", "__top"}
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name"):
                self.anchors.add(value)
            elif name in ("href", "src") and value is not None:
                self.links.append(value)


root = pathlib.Path(sys.argv[1]).resolve()
pages = {path: Page(path) for path in sorted(root.rglob("*.html")) if path.name != "404.html"}
inside = outside = dead = 0
for path, page in pages.items():
    for link in page.links:
        parts = urllib.parse.urlsplit(link)
        if parts.scheme or parts.netloc:
            outside += 1
            continue
        inside += 1
        target = path
        if parts.path:
            target = (path.parent / urllib.parse.unquote(parts.path)).resolve()
            if target.is_dir():
                target /= "index.html"
        anchor = urllib.parse.unquote(parts.fragment)
        if not target.is_relative_to(root) or not target.exists():
            dead += 1
            print(f"{path.relative_to(root)}: no such page: {link}")
        elif target in pages and anchor not in pages[target].anchors:
            dead += 1
            print(f"{path.relative_to(root)}: no such anchor: {link}")
print(f"{len(pages)} pages, {inside} links inside, {outside} to elsewhere (not looked at), {dead} dead")
sys.exit(1 if dead or not inside else 0)
