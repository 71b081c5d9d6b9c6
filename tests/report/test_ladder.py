#!/usr/bin/python3
"""The diagrams of `chatsniff ladder`: test_ladder.py [--update] CHATSNIFF CAPTURES GOLDEN [SHARED]

Golden pictures; that no text lies on another or leaves the picture, by the widths of DejaVu Sans and as Chromium sets
them; that what is hostile is text and nothing else; the three formats; and the command line. --update writes the golden
pictures; the diff is then read.
"""
import difflib
import functools
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import boxes  # noqa: E402
import craft  # noqa: E402
import crafted  # noqa: E402
from tap import WITH_FONTS, Failed, Skip, equal, expect, records, run, run_cases  # noqa: E402

ARGUMENTS = [argument for argument in sys.argv[1:] if argument != "--update"]
CHATSNIFF, CAPTURES, GOLDEN = (Path(argument).resolve() for argument in ARGUMENTS[:3])
SHARED = Path(ARGUMENTS[3]).resolve() if len(ARGUMENTS) > 3 else None
FOLDER = None  # a temporary one, made in main()

GOLDEN_PICTURES = {
    "tcp-hello-client-closes": [],
    "tcp-hello-ipv6": ["--width", "narrow"],
    "tcp-refused-then-listening": ["--theme", "dark"],
    "udp-name-taken": ["--strip"],
    "udp-server-absent": ["--strip", "--width", "narrow"],
}
# Of other projects, and so only where they are at hand: what each has to show.
SHARED_CAPTURES = {
    "lab-tcp-chat.pcapng": [],
    "lab-udp-chat.pcapng": ["--strip"],
    "tcp_dupack.pcapng": ["--all"],
    "simultaneous-close.pcap": ["--all"],
    "split-handshake-4whs.pcap": ["--all"],
    "tcp_retransmissions.pcapng": ["--all"],
}


def ladder(*arguments, statuses=(0,)):
    done = run([CHATSNIFF, "ladder", "--quiet", *arguments], env=WITH_FONTS)
    done.said = done.stderr.decode("utf-8", "replace")
    expect(done.returncode in statuses, f"exit status {done.returncode}: {done.said}")
    return done


def file(name, octets):
    path = FOLDER / name
    path.write_bytes(octets)
    return path


def capture(name):
    path = FOLDER / f"{name}.pcap"
    if not path.exists():
        path.write_bytes(craft.pcap(crafted.CASES[name]()))
    return path


@functools.cache
def draw(source, *arguments, ending=".svg"):
    path = FOLDER / f"{source.stem}{''.join(arguments).replace('/', '')}{ending}"
    ladder(*arguments, source, "-o", path)
    return path


def texts(path):
    return ["".join(element.itertext()) for element in boxes.parse(path)[0].iter(f"{boxes.SVG}text")]


# --- golden --------------------------------------------------------------------------------------------

def golden(name):
    wanted = (GOLDEN / f"{name}.svg").read_text("utf-8").splitlines(keepends=True)
    got = draw(CAPTURES / f"{name}.pcapng", *GOLDEN_PICTURES[name]).read_text("utf-8").splitlines(keepends=True)
    difference = "".join(difflib.unified_diff(wanted, got, f"golden {name}.svg", "now"))
    if difference:
        raise Failed(difference)


# --- geometry ------------------------------------------------------------------------------------------

def pictures():
    """(name, capture, arguments) of all that is looked at closely."""
    for name in crafted.CASES:
        for width in ("wide", "narrow"):
            yield f"{name}, {width}", lambda name=name: capture(name), ["--strip", "--width", width]
    for path in sorted(CAPTURES.glob("*.pcapng")):
        for width in ("wide", "narrow"):
            yield f"{path.stem}, {width}", lambda path=path: path, ["--strip", "--width", width]
    for name, arguments in SHARED_CAPTURES.items():
        for width in ("wide", "narrow"):
            yield f"{name}, {width}", lambda name=name: shared(name), [*arguments, "--width", width]


def shared(name):
    if not SHARED or not (SHARED / name).exists():
        raise Skip(f"{name} is not at hand")
    return SHARED / name


def no_overlap(source, arguments):
    available = boxes.fonts()
    if not available:
        raise Skip("DejaVu Sans is not installed")
    root, width, height = boxes.parse(draw(source(), *arguments))
    found = list(boxes.boxes(root, available))
    expect(found, "no text at all")
    wrong = boxes.mistakes(found, width, height)
    if wrong:
        raise Failed("\n".join(wrong[:20]))


def shapes_stay_inside(source, arguments):
    """Rectangles and lines; paths begin inside."""
    root, width, height = boxes.parse(draw(source(), *arguments))
    for element in root.iter():
        points = [(element.get(f"x{end}"), element.get(f"y{end}")) for end in ("1", "2")]
        if element.tag == f"{boxes.SVG}rect":
            x, y = float(element.get("x")), float(element.get("y"))
            points = [(x, y), (x + float(element.get("width")), y + float(element.get("height")))]
        if element.tag == f"{boxes.SVG}path":
            points = [re.match(r"M([-\d.]+) ([-\d.]+)", element.get("d")).groups()]
        for x, y in points:
            expect(x is None or (0 <= float(x) <= width and 0 <= float(y) <= height),
                   f"{element.tag} {element.attrib} leaves the picture of {width} by {height}")


MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body>%s<script>
const found = [];
for (const svg of document.querySelectorAll('svg')) {
  const view = svg.viewBox.baseVal;
  const texts = [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBBox(), size = parseFloat(getComputedStyle(text).fontSize), y = +text.getAttribute('y');
    return [box.x, y - .76 * size, box.x + box.width, y + .24 * size, text.textContent];
  });
  found.push({width: view.width, height: view.height, texts: texts});
}
document.body.textContent = JSON.stringify(found);
</script></body>"""


def in_chromium():
    """All of them in one page: as a browser sets them, with whatever fonts there are."""
    chromium = shutil.which("chromium")
    if not chromium:
        raise Skip("Chromium is not installed")
    names, drawings = [], []
    for name, source, arguments in pictures():
        try:
            path = draw(source(), *arguments)
        except Skip:
            continue
        names.append(name)
        drawings.append(re.sub(r"^<\?xml.*\?>", "", path.read_text("utf-8")))
    page = file("measure.html", (MEASURE % "".join(drawings)).encode())
    done = run([chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={FOLDER}/chromium",
                "--virtual-time-budget=10000", "--dump-dom", page.as_uri()], timeout=120, env={"HOME": str(FOLDER)})
    body = re.search(r"<body>(.*)</body>", done.stdout.decode("utf-8"), re.DOTALL)
    expect(body, f"Chromium failed: {done.stderr.decode('utf-8', 'replace')[-500:]}")
    text = body.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u00a0").replace("&amp;", "&")
    found = json.loads(text)
    equal(len(found), len(names), "pictures measured")
    wrong = [
        f"{name}: {mistake}" for name, picture in zip(names, found)
        for mistake in boxes.mistakes([tuple(box) for box in picture["texts"]], picture["width"], picture["height"])
    ]
    if wrong:
        raise Failed("\n".join(wrong[:30]))


# --- what is drawn -------------------------------------------------------------------------------------

def every_packet_has_its_row():
    """The frame numbers, labels and forms are those of the timeline."""
    source = CAPTURES / "lab-session.pcapng"
    root, _, _ = boxes.parse(draw(source))
    rows = {int(row.get("data-frame")): row for row in root.iter(f"{boxes.SVG}g")}
    told = records(CHATSNIFF, source)
    equal(sorted(rows), [record["frame"] for record in told], "frames")
    for record in told:
        row = rows[record["frame"]]
        label = " ".join(text.text for text in row.iter(f"{boxes.SVG}text") if text.get("class").startswith("l-label"))
        equal(label, record["label"], f"label of frame {record['frame']}")
        shafts = [path.get("class") for path in row.iter(f"{boxes.SVG}path")
                  if path.get("class").split()[0] in ("l-typed", "l-arrow", "l-resent")]
        form = "l-arrow" if record["maintenance"] else "l-typed"
        equal(shafts, [f"{form} l-{record['phase']}"], f"arrow of frame {record['frame']}")


def states_are_those_of_the_records():
    source = CAPTURES / "lab-session.pcapng"
    shown = {(int(row.get("data-frame")), text.text) for row in boxes.parse(draw(source))[0].iter(f"{boxes.SVG}g")
             for text in row.iter(f"{boxes.SVG}text") if text.get("class").startswith("l-state")}
    wanted, before = set(), {}
    for record in records(CHATSNIFF, source):
        for side, state in record.get("states", {}).items():
            if before.get(side) != state:
                wanted.add((record["frame"], state))
            before[side] = state
    equal(shown, wanted, "states")


def distances_are_said():
    found = texts(draw(CAPTURES / "lab-session.pcapng"))
    for text in ("+ 266 ms", "+ 251 ms", "frames 14–25 are not part of this chat",
                 "frames 65–66 are not part of this chat"):
        expect(text in found, f"{text!r} is not among {found}")
    found = texts(draw(CAPTURES / "lab-session.pcapng", "-f", "not port 8090 or tcp[13] & 8 == 0"))
    expect(any("not shown" in text for text in found),
           f"a filter leaves out packets of the chat, and this is not said: {found}")


def fewest_arrows_jump():
    """The server between its clients, and a client left of its server even if that was captured first."""
    root, _, _ = boxes.parse(draw(CAPTURES / "lab-session.pcapng", "--conversation", "udp:1,2,3"))
    names = [text for text in root.iter(f"{boxes.SVG}text") if text.get("class").startswith("l-name")]
    equal([name.text for name in sorted(names, key=lambda name: float(name.get("x")))], ["alpine", "server", "debian"],
          "order")
    frames = craft.tcp_chat()[1:]
    found = texts(draw(file("late.pcap", craft.pcap(frames)), "--all"))
    expect(found.index("client") < found.index("server"), f"the server is left of its client: {found[:6]}")


def everybody_has_a_name():
    """Chat names where they are known, also over TCP; else the part played, and never an address over itself."""
    for source, wanted in {
            CAPTURES / "lab-session.pcapng": ["alpine", "server", "alpine", "server", "debian"],
            capture("multicast"): ["alpine", "server", "debian", "group"],
            capture("router"): ["server", "alpine", "peer", "router"],
    }.items():
        names = [text.text for text in boxes.parse(draw(source))[0].iter(f"{boxes.SVG}text")
                 if text.get("class").startswith("l-name")]
        equal(names, wanted, f"names in {source.name}")


def lost_and_sent_again():
    client, server = (craft.ALPINE, 40003), (craft.SERVER, 8090)
    frames = craft.tcp_chat()[:3] + [
        craft.tcp(client, server, "PA", 1001, 5001, b"one\n"), craft.tcp(server, client, "A", 5001, 1005),
        craft.tcp(client, server, "PA", 1009, 5001, b"three\n"), craft.tcp(server, client, "A", 5001, 1005),
        craft.tcp(client, server, "PA", 1005, 5001, b"two\n"), craft.tcp(server, client, "A", 5001, 1015)]
    path = draw(file("lost.pcap", craft.pcapng(frames, seconds=[i * 0.1 for i in range(len(frames))])))
    drawn = path.read_text("utf-8")
    found = " ".join(texts(path))
    expect("bytes 5–8 are missing; frame\u00a08 begins to send them again" in found, found)
    equal(drawn.count('"l-cross l-recovery"'), 2, "crosses: in the diagram and in its key")
    expect('"l-resent l-recovery"' in drawn, "nothing is drawn as sent again")
    path = draw(file("absent.pcap", craft.pcap([frame for i, frame in enumerate(frames) if i != 7])))
    expect("bytes 5–8 are not in the capture" in " ".join(texts(path)), texts(path))
    expect('"l-cross' not in path.read_text("utf-8"), "what was only not captured has a cross")


def long_ones_are_summed_up():
    found = texts(draw(capture("runs")))
    summed = [text for text in found if text.startswith("20 lines")]
    equal(len(summed), 3, f"runs of twenty lines in {found}")
    expect("frames 4–43, in 390 ms" in found, found)
    expect("say" not in " ".join(texts(draw(capture("runs")))), "a line of a run is drawn as well")
    expect(any("line 59" in text for text in texts(draw(capture("runs"), "--limit", "0"))),
           "--limit 0 leaves something out")


def what_is_left_out_is_said():
    found = " ".join(texts(draw(capture("left-out"))))
    match = re.search(r"(\d+) packets are left out here, from frame (\d+) to frame (\d+); --limit 0 shows them", found)
    expect(match, "nothing is said of what is left out")
    left_out, first, last = map(int, match.groups())
    equal(left_out, last - first + 1, "packets left out")
    rows = len(re.findall(r'data-frame="', draw(capture("left-out")).read_text("utf-8"))) - 1
    equal(rows + left_out, 803, "packets drawn and left out")
    rows = len(re.findall(r'data-frame="', draw(capture("left-out"), "--limit", "30").read_text("utf-8")))
    equal(rows, 31, "rows of --limit 30, with the one that says so")


def parallel_conversations_are_side_by_side():
    """Each of five sockets in a lane of its own, 8 apart where they are on one host."""
    root, _, _ = boxes.parse(draw(capture("parallel"), "--strip"))
    strip = []
    for element in root:
        if element.tag == f"{boxes.SVG}g":
            break
        if element.tag == f"{boxes.SVG}line" and element.get("class") == "l-open" and element.get("y1") == element.get(
                "y2"):
            strip.append(float(element.get("y1")))
    equal(len(strip), 6, "lanes in use")
    equal(len(set(strip)), 6, f"lanes that are apart: {strip}")
    expect(sorted(strip)[1] - sorted(strip)[0] == 8, f"lanes of a host are 8 apart: {sorted(strip)}")


def hosts_that_share_a_lane_are_counted_once():
    """Thirteen hosts, most with two sockets: seven have a lane of their own, and the last lane is for the other six."""
    again = [craft.udp((f"192.168.100.{100 + i}", 51000 + i), crafted.SERVER, b"ul") for i in range(12)]
    found = texts(draw(file("shared-lane.pcap", craft.pcap(crafted.many_hosts(12) + again)), "--strip"))
    equal([text for text in found if text.endswith(" hosts")], ["6 hosts"], "hosts of the last lane")


def hostile_texts_are_texts():
    path = draw(capture("hostile"), "--strip")
    root, _, _ = boxes.parse(path)
    tags = {element.tag.replace(boxes.SVG, "") for element in root.iter()}
    expect(tags <= {"svg", "title", "style", "rect", "line", "path", "text", "g"}, f"elements: {tags}")
    attributes = {name for element in root.iter() for name in element.attrib}
    expect(not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"],
           f"{attributes}")
    found = " ".join(texts(path))
    for text in ("<script>alert(1)</script>", "]]><svg onload=alert(1)>", "⟨RLO⟩naibed", "⟨U+FFFE⟩", "⟨U+E000⟩",
                 "⟨LS⟩"):
        expect(text in found, f"{text!r} is not shown in {found}")
    drawn = path.read_text("utf-8")
    bad = [letter for letter in drawn if (letter < " " and letter != "\n") or letter in "\u202e\u2028\ufeff\ufffe"]
    expect(not bad, f"{bad!r} got into the picture")


# --- formats and command line --------------------------------------------------------------------------

def png():
    for theme, dark in (("light", False), ("dark", True)):
        octets = draw(CAPTURES / "lab-session.pcapng", "--theme", theme, ending=".png").read_bytes()
        expect(octets.startswith(b"\x89PNG\r\n\x1a\n") and len(octets) > 100_000, f"{len(octets)} octets, {octets[:8]}")
        width, height = (int.from_bytes(octets[at:at + 4], "big") for at in (16, 20))
        expect(width == 2208 and height > 4000, f"{width} by {height}")
        if shutil.which("convert"):
            done = run(["convert", "png:-", "-format", "%[fx:mean] %[fx:p{5,5}.r]", "info:"], stdin=octets)
            mean, corner = map(float, done.stdout.split())
            expect((corner < 0.2 if dark else corner > 0.9) and abs(mean - corner) > 0.005,
                   f"{theme}: {mean}, {corner}")


def pdf():
    path = draw(CAPTURES / "lab-session.pcapng", ending=".pdf")
    octets = path.read_bytes()
    expect(octets.startswith(b"%PDF-") and len(octets) > 10_000, f"{len(octets)} octets")
    if not shutil.which("pdftotext"):
        raise Skip("poppler-utils is not installed")
    pages = run(["pdftotext", "-layout", path, "-"]).stdout.decode("utf-8").split("\f")[:-1]
    expect(len(pages) >= 2, f"{len(pages)} page")
    for number, page in enumerate(pages, 1):
        expect(f"page {number} of {len(pages)}" in page, f"page {number}: {page}")
        expect("server" in page, f"page {number} has no heads of its lifelines: {page}")
    whole = " ".join(pages)
    for frame in (7, 32, 33, 72):
        expect(re.search(rf"\b{frame}\b", whole), f"frame {frame} is on no page")


def long_pdf_has_all_rows():
    path = draw(capture("left-out"), "--limit", "0", ending=".pdf")
    if not shutil.which("pdftotext"):
        raise Skip("poppler-utils is not installed")
    found = run(["pdftotext", path, "-"]).stdout.decode("utf-8")
    lines = set(re.findall(r"“line (\d+)”", found))
    equal(len(lines), 400, "lines on all pages")


def conversations_can_be_chosen():
    source = CAPTURES / "lab-session.pcapng"
    found = texts(draw(source, "--conversation", "tcp:0"))
    expect("TCP chat" in found and "UDP chat" not in found, found[:3])
    found = texts(draw(source, "--conversation", "udp:2"))
    expect("asks to be registered as debian" in found and "asks to be registered as alpine" not in found, found)
    chats = {record["stream"] for record in records(CHATSNIFF, source) if record["transport"] == "udp"}
    other = min(record["stream"] for record in records(CHATSNIFF, "--all", source)
                if record["transport"] == "udp" and record["stream"] not in chats)
    found = texts(draw(source, "--conversation", f"udp:{other}"))
    expect(f"UDP conversation {other}" in found, found[:3])
    done = ladder("--conversation", "tcp:99", source, "-o", FOLDER / "none.svg", statuses=(1,))
    expect("no conversation tcp:99" in done.said, done.said)
    expect(not (FOLDER / "none.svg").exists(), "a picture of nothing is left")


def usage():
    source = CAPTURES / "lab-session.pcapng"
    out = FOLDER / "usage.svg"
    for pattern, arguments in {
            "where to": [source],
            "should end with": [source, "-o", FOLDER / "x.gif"],
            "no capture given": ["-o", out],
            "not a conversation": [source, "-o", out, "--conversation", "7"],
            "“tcp:x” is not": [source, "-o", out, "--conversation", "tcp:x"],
            "wide or narrow": [source, "-o", out, "--width", "broad"],
            "light or dark": [source, "-o", out, "--theme", "blue"],
            "not a number of rows": [source, "-o", out, "--limit", "-3"],
            "leave --format out": [source, "-o", out, "--format", "json"],
            "drawn from a file": ["-i", "lo", "-o", out],
    }.items():
        done = ladder(*arguments, statuses=(2,))
        expect(pattern in done.said and done.said.count("\n") == 1, f"{arguments}: {done.said}")
        expect(not out.exists(), f"{arguments} leaves a file")


def nothing_to_draw():
    source = file("no-chat.pcap", craft.pcap([craft.udp((craft.ALPINE, 40001), (craft.SERVER, 53), b"\0" * 12)]))
    done = ladder(source, "-o", FOLDER / "nothing.svg", statuses=(1,))
    expect("no chat was found" in done.said and "--all" in done.said, done.said)
    done = ladder(FOLDER / "absent.pcapng", "-o", FOLDER / "nothing.svg", statuses=(1,))
    expect(not (FOLDER / "nothing.svg").exists(), "a picture of nothing is left")
    ladder("--all", source, "-o", FOLDER / "something.svg")


def all_or_nothing():
    """A file that is there stays as it is unless the new one is whole; damage draws what came before it."""
    path = file("kept.svg", b"kept")
    ladder(FOLDER / "absent.pcapng", "-o", path, statuses=(1,))
    equal(path.read_bytes(), b"kept", "the file that was there")
    whole = (CAPTURES / "lab-session.pcapng").read_bytes()
    done = ladder(file("cut.pcapng", whole[:len(whole) // 2]), "-o", path, statuses=(3,))
    expect("truncated" in done.said, done.said)
    expect("asks to open a connection" in " ".join(texts(path)), "what came before the damage is not drawn")
    left = [other.name for other in FOLDER.iterdir() if other.name.startswith("kept.svg.")]
    equal(left, [], "temporary files")
    source = file("own.svg", whole)
    done = ladder(source, "-o", source, statuses=(2,))
    equal(source.read_bytes(), whole, "the capture, named as the output")


def update():
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.svg"):
        old.unlink()
    for name, arguments in GOLDEN_PICTURES.items():
        shutil.copy(draw(CAPTURES / f"{name}.pcapng", *arguments), GOLDEN / f"{name}.svg")
    return 0


def main():
    global FOLDER
    with tempfile.TemporaryDirectory() as folder:
        FOLDER = Path(folder)
        if "--update" in sys.argv:
            return update()
        cases = [(f"golden: {name}", lambda name=name: golden(name)) for name in GOLDEN_PICTURES]
        cases += [(f"texts apart: {name}", lambda source=source, arguments=arguments: no_overlap(source, arguments))
                  for name, source, arguments in pictures()]
        cases += [(f"shapes inside: {name}",
                   lambda source=source, arguments=arguments: shapes_stay_inside(source, arguments))
                  for name, source, arguments in pictures()]
        cases += [
            (function.__name__.replace("_", " "), function)
            for function in (in_chromium, every_packet_has_its_row, states_are_those_of_the_records, distances_are_said,
                             fewest_arrows_jump, everybody_has_a_name, lost_and_sent_again, long_ones_are_summed_up,
                             what_is_left_out_is_said, parallel_conversations_are_side_by_side,
                             hosts_that_share_a_lane_are_counted_once, hostile_texts_are_texts, png, pdf,
                             long_pdf_has_all_rows, conversations_can_be_chosen, usage, nothing_to_draw, all_or_nothing)
        ]
        return run_cases(cases)


if __name__ == "__main__":
    sys.exit(main())
