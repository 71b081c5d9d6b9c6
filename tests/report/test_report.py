#!/usr/bin/python3
"""Holds reports against tshark, against the summary, and against each other: test_report.py CHATSNIFF CAPTURES SHARED
GENERATOR"""
import html.parser
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from craft import ALPINE, DEBIAN, SERVER, pcap, tcp_chat, udp, udp_chat  # noqa: E402
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

CHATSNIFF, CAPTURES, SHARED, GENERATOR = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
WORK = Path(tempfile.mkdtemp(prefix="chatsniff-report-"))
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(html.parser.HTMLParser):
    """What a page says: its tables as rows of texts, and the filters with the number of packets that they promise."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.filters, self.elements, self.links, self.ids = [], [], [], [], set()
        self.open, self.cell, self.code, self.skip = [], None, None, 0
        self.spans = {}
        self.feed(text)
        self.close()
        expect(not self.open, f"elements that were not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append(tag)
        if "id" in attributes:
            expect(attributes["id"] not in self.ids, f"id {attributes['id']} twice")
            self.ids.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        expect("style" not in attributes, f"<{tag}> with a style of its own, which the policy forbids")
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "style"):
            self.skip += 1
        if tag == "table":
            self.tables.append([])
            self.spans = {}
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            row = self.tables[-1][-1]
            while self.spans.get(len(row), 0) > 0:
                self.spans[len(row)] -= 1
                row.append("")
            self.spans[len(row)] = int(attributes.get("rowspan", 1)) - 1
            self.cell = []
        elif tag == "code" and "data-packets" in attributes:
            self.code = (int(attributes["data-packets"]), [])

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, f"</{tag}> where {self.open[-3:]} is open")
        self.open.pop()
        if tag in ("script", "style"):
            self.skip -= 1
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append("".join(self.cell))
            self.cell = None
        elif tag == "code" and self.code:
            self.filters.append((self.code[0], "".join(self.code[1])))
            self.code = None

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data):
        if self.skip:
            return
        if self.cell is not None:
            self.cell.append(data)
        if self.code:
            self.code[1].append(data)


def report(capture, ending, *options, status=0):
    output = WORK / f"report.{ending}"
    output.unlink(missing_ok=True)
    done = run([CHATSNIFF, "report", "--quiet", *options, capture, "-o", output], timeout=120)
    equal(done.returncode, status, f"exit status ({done.stderr.decode('utf-8', 'replace')})")
    return output.read_text("utf-8") if ending != "pdf" else output


def rendered(markdown):
    if not shutil.which("cmark-gfm"):
        raise Skip("cmark-gfm is not installed")
    done = run(["cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough"], stdin=markdown.encode())
    equal(done.returncode, 0, "cmark-gfm")
    return Page(done.stdout.decode("utf-8"))


def plain(text):
    """A cell's words without what only one of the formats has: commas between frames, widths of blanks, comments."""
    return re.sub(r"[\s,]+", " ", text).strip()


def tables_of(page):
    """All tables but that of packets, whose rows of a page also open."""
    return [[[plain(cell) for cell in row] for row in table] for table in page.tables if table[0][0] != "frame"]


def count_in_tshark(capture, expression):
    done = run(["tshark", "-n", "-2", "-r", capture, "-Y", expression, "-T", "fields", "-e", "frame.number"],
               timeout=120)
    equal(done.returncode, 0, f"tshark on {expression}: {done.stderr.decode('utf-8', 'replace')}")
    return len(done.stdout.split())


def filters(capture):
    if not shutil.which("tshark"):
        raise Skip("tshark is not installed")
    page = Page(report(capture, "html"))
    expect(page.filters or "no chat" in str(page.tables), "there are filters")
    for packets, expression in page.filters:
        equal(count_in_tshark(capture, expression), packets, f"packets of {expression}")


def against_summary(capture):
    page = Page(report(capture, "html"))
    done = run([CHATSNIFF, "summary", "--quiet", "--format", "json", capture])
    summary = json.loads(done.stdout)
    phases = summary["phases"]
    grouping = next(table for table in page.tables if table[0][:3] == ["type", "phase", "purpose"])
    wanted = {}
    for phase in phases:
        key = (phase["transport"], phase["phase"])
        packets, octets = wanted.get(key, (0, 0))
        wanted[key] = (packets + phase["packets"], octets + phase["bytes"])
    rows = [(row[1], int(row[3].replace(",", "")), int(row[4].replace(",", ""))) for row in grouping[1:-1]]
    equal(sorted(rows), sorted((phase, *counts) for (_, phase), counts in wanted.items()), "rows")
    equal(grouping[-1][3].replace(",", ""), str(sum(phase["packets"] for phase in phases)), "sum")
    steps = next(table for table in page.tables if table[0][0] == "step")
    equal(steps[-1][3].replace(",", ""),
          str(sum(phase["packets"] for phase in phases if phase["maintenance"])), "maintenance")
    equal(sum(int(row[3].replace(",", "")) for row in steps[1:-1]), int(steps[-1][3].replace(",", "")), "steps add up")


def same_tables(capture):
    page, markdown = Page(report(capture, "html")), rendered(report(capture, "md"))
    on_page, in_markdown = tables_of(page), tables_of(markdown)
    for table in on_page:  # a bar of a latency is for the eye
        if table[0][0] == "command":
            table[:] = [row[:-1] for row in table]
    equal([table[0] for table in on_page], [table[0] for table in in_markdown], "heads of the tables")
    for one, other in zip(on_page, in_markdown):
        equal(one, other, f"table of {one[0]}")


def links_lead_somewhere(capture):
    page = Page(report(capture, "html"))
    dead = [link for link in page.links if not (link.startswith("#") and link[1:] in page.ids)]
    equal(dead[:5], [], "links that lead nowhere, or away")


TEXTS = [
    "<script>alert(1)</script>", "]]>", "\"><img src=x>", "--><!--", "\x1b[31mred\x07", "\u202eevil\u2066",
    "| a | `b` | **c** _d_ ~~e~~ [f](http://example.com/)", "&lt;&#x3c;",
    "http://example.com/ me@example.com www.example.com", "# not a head", "A" * 900, "``` ` ``", "\\", "$x$"
]


def hostile_capture():
    path = WORK / "hostile.pcap"
    frames = udp_chat() + tcp_chat("\n".join(TEXTS).encode() + b"\xff\n")
    for text in TEXTS:
        frames += [udp((DEBIAN, 40009), (SERVER, 8090), f"hi {text.split(' ')[0]}".encode()),
                   udp((SERVER, 8090), (DEBIAN, 40009), f"hi {text.split(' ')[0]}".encode()),
                   udp((DEBIAN, 40009), (SERVER, 8090), f"rc {text.split(' ')[0]}".encode()),
                   udp((ALPINE, 40001), (DEBIAN, 40002), f"msg alpine> {text}\n".encode())]
    path.write_bytes(pcap(frames))
    return path


def hostile_text():
    capture = hostile_capture()
    page, markdown = Page(report(capture, "html")), rendered(report(capture, "md"))
    expect("script" not in page.elements[:-1] or page.elements.count("script") == 1, "one script, the page's own")
    equal({name for name in page.elements if name in ("img", "iframe", "object", "video")}, set(),
          "elements of the page")
    equal(
        set(markdown.elements) - {"h1", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong"},
        set(), "elements of the Markdown")
    equal(tables_of(page)[1], tables_of(markdown)[1], "a table")
    same_tables(capture)
    words = "".join("".join(row) for table in page.tables for row in table)
    for text in ("<script>alert(1)</script>", "]]>", "⟨ESC⟩[31mred⟨BEL⟩", "⟨RLO⟩evil⟨LRI⟩", "| a | `b`", "�"):
        expect(text in words, f"the page shows {text!r}")


def nothing_to_tell():
    path = WORK / "empty.pcap"
    path.write_bytes(pcap([]))
    done = run([CHATSNIFF, "report", path, "-o", WORK / "empty.html"])
    equal(done.returncode, 0, "exit status")
    expect("No chat" in (WORK / "empty.html").read_text("utf-8"), "says that there is no chat")


def limits():
    capture = CAPTURES / "lab-session.pcapng"
    page = Page(report(capture, "html", "--limit", "5"))
    packets = next(table for table in page.tables if table[0][0] == "frame")
    equal(sum(1 for row in packets if len(row) == 8) - 1, 5, "packets shown")
    omitted = next(table for table in page.tables if table[0][0] == "what")
    equal([row[1] for row in omitted[1:] if row[0] == "packets of chats"], ["30"], "what is left out is said")
    page = Page(report(capture, "html", "--conversation", "udp:1"))
    packets = next(table for table in page.tables if table[0][0] == "frame")
    equal({row[2] for row in packets if len(row) == 8} - {"chat"}, {"UDP 1"}, "the conversation that was asked for")
    grouping = next(table for table in page.tables if table[0][:3] == ["type", "phase", "purpose"])
    equal(grouping[-1][3], "35", "everything is counted all the same")


def large():
    path = WORK / "large.pcap"
    equal(run([GENERATOR, "--packets=200000", path], timeout=120).returncode, 0, "generator")
    text = report(path, "html")
    expect(len(text) < 20_000_000, f"{len(text)} bytes are too many")
    Page(text)


def usage():
    capture = CAPTURES / "lab-session.pcapng"
    for options, word in (([], "-o"), (["-o", WORK / "x.doc"], ".html"), (["--limit", "-1", "-o",
                                                                           WORK / "x.md"], "--limit"),
                          (["--conversation", "tcp", "-o", WORK / "x.md"], "tcp:0")):
        done = run([CHATSNIFF, "report", capture, *options])
        equal(done.returncode, 2, f"exit status of {options}")
        expect(word in done.stderr.decode(), f"{options}: says what is wrong: {done.stderr.decode()}")
    done = run([CHATSNIFF, "report", WORK / "none.pcapng", "-o", WORK / "x.html"])
    equal([done.returncode, (WORK / "x.html").exists()], [1, False], "no such file")


def pdf():
    if not (shutil.which("chromium") or shutil.which("weasyprint")):
        raise Skip("neither chromium nor weasyprint is installed")
    if not shutil.which("pdftohtml"):
        raise Skip("pdftohtml (poppler-utils) is not installed")
    output = report(CAPTURES / "lab-session.pcapng", "pdf")
    done = run(["pdftohtml", "-xml", "-stdout", "-i", output])
    text = done.stdout.decode("utf-8", "replace")
    outline = re.findall(r"<item[^>]*>([^<]*)</item>", text)
    for title in ("What the lab sheet asks", "The conversations", "Every packet", "Findings"):
        expect(title in outline, f"a bookmark for {title!r}: {outline[:8]}")


def pdf_without_printer():
    done = run([CHATSNIFF, "report", CAPTURES / "lab-session.pcapng", "-o", WORK / "none.pdf"], env={"PATH": str(WORK)})
    equal([done.returncode, (WORK / "none.pdf").exists()], [1, False], "exit status, and no file")
    expect("WeasyPrint" in done.stderr.decode(), f"says what is missing: {done.stderr.decode()}")


def examples():
    """Those of reports/examples/ are what the program writes now; ./lab reports writes them again."""
    folder = CAPTURES.parent / "reports" / "examples"
    found = sorted(path for path in folder.iterdir() if path.suffix in (".html", ".md") and path.stem != "README")
    expect(len(found) >= 2, f"examples in {folder}")
    for path in found:
        text = report(CAPTURES / f"{path.stem}.pcapng", path.suffix[1:])
        expect(text == path.read_text("utf-8"), f"{path.name} is old: ./lab reports")


def on_capture(capture):
    return [
        (f"{capture.name}: tshark finds what each filter promises", lambda: filters(capture)),
        (f"{capture.name}: the figures are those of the summary", lambda: against_summary(capture)),
        (f"{capture.name}: Markdown has the same tables", lambda: same_tables(capture)),
        (f"{capture.name}: links lead to the frames", lambda: links_lead_somewhere(capture)),
    ]


def main():
    captures = sorted(CAPTURES.glob("*.pcapng")) + sorted(SHARED.glob("lab-*.pcapng"))
    cases = [case for capture in captures for case in on_capture(capture)]
    cases += [
        ("hostile text is text", hostile_text),
        ("a capture without chats", nothing_to_tell),
        ("limits", limits),
        ("a large capture", large),
        ("usage", usage),
        ("the examples are current", examples),
        ("a PDF has bookmarks", pdf),
        ("a PDF without anything to make it", pdf_without_printer),
    ]
    try:
        return run_cases(cases)
    finally:
        shutil.rmtree(WORK)


if __name__ == "__main__":
    sys.exit(main())
