#!/usr/bin/python3
"""Makes build/docs/pages, which mkdocs reads: the pages of docs/ with their drawings inserted, and the reference, one page
per subject, from the XML that Doxygen has made from the headers."""

import pathlib
import re
import shutil
import sys
import xml.etree.ElementTree as ElementTree

docs = pathlib.Path("docs")
pages = pathlib.Path("build/docs/pages")
xml = pathlib.Path("build/docs/doxygen/xml")
headers = "include/parallel_task/"

# Page, title, the text at its top, and the headers whose names it shows. The last page shows what no other does.
subjects = [
    ("begin", "Where pipelines begin", "The names that turn a range, a container or a stream into a pipeline.",
     ["pipeline/parallel_iter.hpp"]),
    ("pipeline", "Pipeline", "Stages, settings and terminals, as methods. All of them consume the pipeline.",
     ["pipeline/pipeline.hpp"]),
    ("pipes", "The piped spelling", "The same operations as objects, for `range | pt::parallel_iter | pt::map(f) | pt::sum()`. "
     "Each does what the method of that name does.", ["pipeline/pipe.hpp", "pipeline/step.hpp"]),
    ("results", "Results and containers", "What results are collected into, and what closures may return.",
     ["container/", "terminal/"]),
    ("errors", "Stops", "What a run throws if it is stopped before its end.", ["controller/cancelled.hpp"]),
    ("reports", "Reports", "What a run reports about itself.",
     ["controller/run_report.hpp", "controller/trace.hpp", "controller/progress.hpp", "trace_writer.hpp"]),
    ("process", "The process's threads", "Options, limits and the end of the pool.",
     ["worker/options.hpp", "worker/process.hpp", "state_dump.hpp"]),
    ("strategies", "Stealing strategies", "Which queue a worker steals from when it has run out.",
     ["policy/prioritize_thread.hpp"]),
    ("engine", "The engine", "Concepts for your own sources, stages and terminals, and the parts below them. "
     "Programs that only iterate need none of this.", [""]),
]


def subject_of(header):
    return next(s for s in subjects if any(header.startswith(prefix) for prefix in s[3]))[0]


# ---- Doxygen's XML as Markdown --------------------------------------------------------------------------------------


def inline(node):
    """The text of an element and its children, without blocks."""
    text = escaped(node.text)
    for child in node:
        content = inline(child)
        if child.tag == "computeroutput":
            text += "`" + "".join(child.itertext()) + "`"
        elif child.tag == "emphasis":
            text += "*" + content + "*"
        elif child.tag == "bold":
            text += "**" + content + "**"
        elif child.tag in ("verbatim", "preformatted", "programlisting"):
            text += "\n\n" + fenced(plain(child)) + "\n\n"
        elif child.tag == "itemizedlist":
            text += "\n\n" + "\n".join("- " + described(item) for item in child) + "\n\n"
        elif child.tag in ("ndash", "mdash"):
            text += "–"
        else:
            text += content
        text += escaped(child.tail)
    return text


def escaped(text):
    return re.sub(r"([*<>\[\]])", r"\\\1", text or "")


def plain(node):
    return "".join(node.itertext()) if node is not None else ""


def fenced(code):
    lines = code.rstrip().split("\n")
    indent = min((len(l) - len(l.lstrip()) for l in lines if l.strip()), default=0)
    return "```cpp\n" + "\n".join(line[indent:].rstrip() for line in lines) + "\n```"


def described(node):
    """The brief and the detailed description of a compound or member."""
    paragraphs = []
    for tag in ("briefdescription", "detaileddescription"):
        part = node.find(tag)
        if part is not None:
            paragraphs += [inline(p).strip() for p in part if p.tag == "para"]
    if node.tag == "listitem":
        paragraphs = [inline(p).strip() for p in node]
    return "\n\n".join(p for p in paragraphs if p)


def tidy(code):
    """C++ as this project writes it, from Doxygen's spacing."""
    code = code.replace("parallel_task::", "")
    code = re.sub(r"\s*<\s+", "<", code)
    code = re.sub(r"\s+>", ">", code)
    code = re.sub(r" ([&*]+)", r"\1 ", code)
    code = re.sub(r"([&*]) +(?=[,)>&*]|\.\.\.|$)", r"\1", code)
    code = re.sub(r"\b(\w+)\((\*)", r"\1 (\2", code).replace("(* ", "(*")
    code = re.sub(r"(?<=[a-zA-Z])=(?=[\w{])", " = ", code)
    return re.sub(r"(?<=\S)  +", " ", code).strip()


def parameters(node):
    found = node.find("templateparamlist")
    if found is None:
        return ""
    each = []
    for p in found:
        text = plain(p.find("type"))
        if p.find("declname") is not None:
            text += " " + plain(p.find("declname"))
        if p.find("defval") is not None:
            text += " = " + plain(p.find("defval"))
        each.append(tidy(text))
    return "template <" + ", ".join(each) + ">\n"


def signature(member):
    name = member.findtext("name")
    kind = member.get("kind")
    type_ = tidy(plain(member.find("type")))
    if kind == "function":
        arguments = tidy(plain(member.find("argsstring"))).replace(")&&", ") &&").replace(")const", ") const")
        explicit = "explicit " if member.get("explicit") == "yes" else ""
        return parameters(member) + explicit + (type_ + " " if type_ else "") + name + arguments + ";"
    if kind == "typedef":
        return "using " + name + " = " + tidy(type_) + ";"
    if "detail::" in type_:  # a function object: what it is made of is nobody's business
        return ""
    value = plain(member.find("initializer"))
    arguments = plain(member.find("argsstring"))
    type_ = type_.replace("*  ", "* ")
    return tidy(type_ + ("" if type_.endswith("(*") else " ") + name + arguments) + (" " + value if value else "") + ";"


def anchor(name):
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-") or "operator"


# ---- what there is ---------------------------------------------------------------------------------------------------


class Entry:
    def __init__(self, name, header, line, text):
        self.name, self.header, self.line, self.text = name, header, line, text


def location(node):
    where = node.find("location")
    return where.get("file")[len(headers):], int(where.get("line"))


def sections(header):
    """The lines `// --- title ---` of a header: where its parts begin."""
    found = []
    for number, line in enumerate((pathlib.Path(headers) / header).read_text().split("\n"), 1):
        title = re.match(r"\s*// --- ([^-].*?) -+$", line)
        if title:
            found.append((number, title.group(1)))
    return found


def members_of(compound):
    for section in compound.findall("sectiondef"):
        if section.get("kind").startswith(("public", "user", "func", "var", "enum", "typedef")):
            yield from section.findall("memberdef")


def public(member):
    name = member.findtext("name")
    arguments = plain(member.find("argsstring")).replace(" ", "")
    return (member.get("prot") == "public" and not name.startswith(("operator|", "~", "PARALLEL_TASK")) and
            not arguments.endswith(("=delete", "=default")))


def enum_text(member):
    rows = []
    for value in member.findall("enumvalue"):
        rows.append("| `" + value.findtext("name") + "` | " + described(value).replace("\n", " ") + " |")
    return described(member) + "\n\n| value | meaning |\n|---|---|\n" + "\n".join(rows)


def member_blocks(members, level):
    """One heading a name, overloads together."""
    by_name = {}
    for member in members:
        by_name.setdefault(member.findtext("name"), []).append(member)
    for name, overloads in by_name.items():
        if overloads[0].get("kind") == "enum":
            yield name, overloads[0], enum_text(overloads[0])
            continue
        text = ""
        pending = []
        for member in overloads:
            if signature(member):
                pending.append(signature(member))
            if described(member):
                text += (fenced("\n".join(pending)) + "\n\n" if pending else "") + described(member) + "\n\n"
                pending = []
        if pending:
            text += fenced("\n".join(pending)) + "\n\n"
        yield name, overloads[0], text.rstrip()


def compound_entry(compound):
    name = compound.findtext("compoundname").replace("parallel_task::", "")
    header, line = location(compound)
    kind = compound.get("kind")
    if kind == "concept":
        code = tidy(plain(compound.find("initializer"))).replace("template<", "template <")
        code = code.replace("concept " + name + " =  ", "concept " + name + " = ")
        return Entry(name, header, line, fenced(code + ";") + "\n\n" + described(compound))
    # Members without a docstring are shown with the class.
    members = [m for m in members_of(compound) if public(m)]
    silent = [m for m in members if m.get("kind") != "variable" and m.get("kind") != "enum" and not described(m)]
    spoken = {m.findtext("name") for m in members if m not in silent}
    silent = [m for m in silent if m.findtext("name") not in spoken]
    lines = ["  " + signature(m).replace("\n", "\n  ") for m in silent]
    body = " {\n" + "\n".join(lines) + "\n};" if lines else ";"
    text = fenced(parameters(compound) + kind + " " + name + body) + "\n\n" + described(compound)
    parts = sections(header)
    said = None
    table = []
    rest = []
    for member_name, member, body in member_blocks([m for m in members if m not in silent], 4):
        if member.get("kind") == "variable":
            code = signature(member)
            code = code or member_name + ";"
            table.append("| `" + code.rstrip(";") + "` | " + described(member).replace("\n", " ") + " |")
            continue
        at = location(member)[1]
        part = next((title for number, title in reversed(parts) if number < at), None)
        if part != said and part is not None:
            rest.append("### " + part[0].upper() + part[1:])
            said = part
        # The methods of the one large class are what people look for: `pipeline.html#map`.
        owner = "" if name == "Pipeline" else name + "-"
        rest.append("#### " + member_name + " {#" + anchor(owner + member_name) + "}\n\n" + body)
    if table:
        text += "\n\n| member | meaning |\n|---|---|\n" + "\n".join(table)
    if rest:
        text += "\n\n" + "\n\n".join(rest)
    return Entry(name, header, line, text)


def entries():
    found = []
    for file in sorted(xml.glob("*.xml")):
        if not file.name.startswith(("class", "struct", "concept", "namespace")):
            continue
        for compound in ElementTree.parse(file).getroot().findall("compounddef"):
            name = compound.findtext("compoundname")
            if "detail" in name or not name.startswith("parallel_task"):
                continue
            if compound.get("kind") == "namespace":
                for member_name, member, body in member_blocks(filter(public, members_of(compound)), 2):
                    found.append(Entry(member_name, *location(member), body))
            elif "::" not in name.replace("parallel_task::", "") and described(compound):
                found.append(compound_entry(compound))
    return found


def write_reference():
    (pages / "reference").mkdir()
    by_subject = {}
    for entry in entries():
        by_subject.setdefault(subject_of(entry.header), []).append(entry)
    overview = ["# Reference", "Every public name, as the headers document it. `namespace pt = parallel_task`; one include, "
                "`<parallel_task/parallel_task.hpp>`, brings all of it."]
    for page, title, about, _ in subjects:
        found = sorted(by_subject.get(page, []), key=lambda e: (e.header, e.line))
        text = ["# " + title, about]
        said = None
        for entry in found:
            part = next((t for number, t in reversed(sections(entry.header)) if number < entry.line), None)
            if page == "pipes" and entry.name in pipeline_methods(by_subject):
                if part != said:
                    text.append("## " + part[0].upper() + part[1:] + "\n\n| name | what it does |\n|---|---|")
                    said = part
                text[-1] += piped_row(entry)
                continue
            text.append("## " + entry.name + " {#" + anchor(entry.name) + "}\n\n" + entry.text)
            text.append('<p class="header-of">' + headers.replace("include/", "") + entry.header + "</p>")
        (pages / "reference" / (page + ".md")).write_text("\n\n".join(t for t in text if t) + "\n")
        names = ", ".join("[`" + e.name + "`](" + page + ".md#" + anchor(e.name) + ")" for e in found)
        if page == "pipeline":
            names = ", ".join("[`" + n + "`](pipeline.md#" + anchor(n) + ")" for n in pipeline_methods(by_subject))
        overview.append("## " + title + "\n\n" + about + "\n\n" + names)
    (pages / "reference" / "index.md").write_text("\n\n".join(overview) + "\n")


def piped_row(entry):
    """The name, as a link to the method, and the docstring."""
    words = re.sub(r"```.*?```", "", entry.text, flags=re.S).split("\n\n")
    words = " ".join(w.strip() for w in words if w.strip())
    where = '<a id="' + anchor(entry.name) + '"></a>'
    return "\n| " + where + "[`" + entry.name + "`](pipeline.md#" + anchor(entry.name) + ") | " + words + " |"


def pipeline_methods(by_subject):
    pipeline = next((e for e in by_subject["pipeline"] if e.name == "Pipeline"), None)
    return re.findall(r"^#### \S+ \{#([a-z_]+)\}$", pipeline.text, re.M) if pipeline else []


# ---- the pages written by hand ---------------------------------------------------------------------------------------


def with_drawings(text):
    """Puts drawings into the page itself, so that they take its colours, light or dark."""

    def drawing(match):
        alt, name = match.groups()
        svg = (docs / name).read_text()
        svg = re.sub(r"<\?xml.*?\?>\s*|<style>.*?</style>\s*", "", svg, flags=re.S)
        return '<figure class="drawing" role="img" aria-label="' + alt + '">' + re.sub(r"\n\s*\n", "\n", svg).strip() + "</figure>"

    return re.sub(r"^!\[([^\]]*)\]\((drawings/[^)]+\.svg)\)$", drawing, text, flags=re.M)


def main():
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    for page in docs.glob("*.md"):
        text = re.sub(r"<!-- (cut|rows): .*? -->\n", "", page.read_text())
        text = text.replace("(../include/parallel_task/README.md)", "(internals.md)")
        (pages / page.name).write_text(with_drawings(text))
    internals = pathlib.Path(headers, "README.md").read_text()
    (pages / "internals.md").write_text(internals.replace("(core/README.md)", "(plumbing.md)"))
    plumbing = pathlib.Path(headers, "core/README.md").read_text().replace("(../README.md)", "(internals.md)")
    plumbing = re.sub(r"\[([^]]*)\]\((concepts\.hpp|\.\./\.\./[^)]*)\)", r"`\1`", plumbing)  # files, which the site has not
    (pages / "plumbing.md").write_text(plumbing)
    shutil.copytree(docs / "site" / "assets", pages / "assets")
    for picture in [*docs.glob("*.svg"), *docs.glob("*.png")]:
        shutil.copy(picture, pages)
    write_reference()


if __name__ == "__main__":
    sys.exit(main())
