#!/usr/bin/python3
"""Wrong descriptions are refused at the right place, by chatsniff and by the dissector in the same words; and what
`chatsniff protocol` shows of right ones.

usage: test_descriptions.py CHATSNIFF DISSECTOR DESCRIPTIONS

Each file of wrong/ begins with what is to be found in it, a comment a mistake: "# expect LINE GROUP:KEY".
"""
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tap import Skip, equal, expect, run, run_cases  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CHATSNIFF, DISSECTOR, DESCRIPTIONS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
LUA = next((name for name in ("lua5.2", "lua5.3", "lua5.4") if shutil.which(name)), None)
WRONG = sorted((HERE / "wrong").glob("*.ini"))
GOOD = "[protocol]\nname = board\ntransport = udp\n"


def check(path, *arguments, status=1):
    done = run([CHATSNIFF, "protocol", "check", *arguments, path])
    equal(done.returncode, status, f"the exit status for {path.name} ({done.stderr.decode()})")
    return done.stdout.decode("utf-8").splitlines()


def check_in_lua(path):
    if not LUA:
        raise Skip("no Lua is installed")
    done = run([LUA, HERE / "mistakes_of.lua", DISSECTOR, path])
    equal(done.stderr, b"", "what Lua complains about")
    return done.stdout.decode("utf-8").splitlines()


def without_folder(mistakes, path):
    return [line.replace(f"{path}:", f"{path.name}:", 1) for line in mistakes]


def place(line, path):
    """"FILE:7: form a:from: reason" without file and reason: a group has no colon, nor has a key."""
    found = re.fullmatch(re.escape(path.name) + r":(\d+): (?:((?:protocol|form|shape)[^:]*(?::[a-z-]+)?): )?(.+)", line)
    expect(found, f"{line!r} is no place with a reason")
    return f"{found[1]} {found[2] or ''}".rstrip()


def refused(path):
    wanted = [line[len("# expect "):].rstrip() for line in path.read_bytes().decode("utf-8", "replace").split("\n")
              if line.startswith("# expect ")]
    expect(wanted, f"{path.name} does not say what is wrong with it")
    told = without_folder(check(path), path)
    equal([place(line, path) for line in told], wanted, "places")
    equal(check_in_lua(path), told, "what the dissector says")


def written(name, content):
    folder = Path(tempfile.mkdtemp(prefix="chatsniff-"))
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def many_forms():
    forms = "".join(f"[form f{n}]\npattern = f{n}\nfrom = peer\n" for n in range(257))
    path = written("many.ini", GOOD + forms)
    told = without_folder(check(path), path)
    equal(told, ["many.ini:772: form f256: more than 256 forms"], "mistakes")
    equal(check_in_lua(path), told, "what the dissector says")


def too_large():
    path = written("large.ini", GOOD + "#" * (1 << 20))
    told = without_folder(check(path), path)
    equal(len(told), 1, "mistakes")
    expect(told[0].startswith("large.ini:1: the file is larger than 1 MiB"), told[0])
    equal(check_in_lua(path), told, "what the dissector says")


def endless():
    done = run([CHATSNIFF, "protocol", "check", "/dev/zero"], timeout=20)
    equal(done.returncode, 1, "the exit status")


def many_mistakes():
    path = written("nonsense.ini", GOOD + "nonsense\n" * 1000)
    told = without_folder(check(path), path)
    equal(len(told), 100, "mistakes")
    equal(check_in_lua(path), told, "what the dissector says")


def long_values():
    path = written("long.ini", GOOD + "é" * 500 + "\x1b\u202e\n[form a]\npattern = a\nfrom = peer\n")
    told = without_folder(check(path), path)
    equal(told, [
        "long.ini:4: protocol: “" + "é" * 60 + "…” is neither a group, such as [form NAME], nor a key with its "
        "value, such as label = TEXT"
    ], "mistakes")
    equal(check_in_lua(path), told, "what the dissector says")


def takes_what_editors_write():
    """A byte order mark, carriage returns, blanks around everything, and no line feed at the end."""
    text = "\ufeff[protocol]\r\n name =board \r\ntransport= udp\r\n# x\r\n[form a]\r\npattern = a\r\nfrom = peer"
    path = written("windows.ini", text)
    expect(len(check(path, status=0)) == 1, "it is refused")
    equal(check_in_lua(path), [], "what the dissector says")


def may_leave_it_to_the_request():
    """What was asked says which name was registered, and which room was made: the answers need not repeat it."""
    text = GOOD + "".join(f"[form {meaning}]\npattern = {pattern}\nfrom = {sender}\nmeaning = {meaning}\n" for
                          meaning, pattern, sender in (("register", "hi {name:user}", "client"),
                                                       ("registered", "welcome", "server"),
                                                       ("create-room", "new {room:room}", "client"),
                                                       ("room-created", "made", "server")))
    path = written("short.ini", text)
    expect(len(check(path, status=0)) == 1, "it is refused")
    equal(check_in_lua(path), [], "what the dissector says")


def sentences(path, pattern):
    return dict(re.findall(pattern, path.read_text("utf-8"), re.MULTILINE))


def the_same_sentences():
    ours = sentences(ROOT / "chat/protocol/mistakes.c", r'\[MISTAKE_([A-Z0-9_]+)\] =\s+"(.*)"')
    theirs = sentences(DISSECTOR / "chatsniff/mistakes.lua", r'^    ([a-z0-9_]+) = "(.*)",$')
    kinds = re.findall(r"^        MISTAKE_([A-Z0-9_]+),", (ROOT / "chat/protocol/mistakes.h").read_text("utf-8"),
                       re.MULTILINE)
    equal(sorted(kinds), sorted(ours), "kinds of mistakes that have a sentence")
    equal({kind.lower(): text for kind, text in ours.items()}, theirs, "sentences")
    return ours


def every_kind_has_a_case():
    told = "\n".join(line for path in WRONG for line in check(path))
    for kind, sentence in the_same_sentences().items():
        if kind in ("TOO_LARGE", "MANY_FORMS"):  # made above
            continue
        expect(re.search(": " + re.escape(sentence).replace("%s", ".+") + "$", told, re.MULTILINE),
               f"no file of wrong/ has the mistake {kind}")


def told_by_every_command():
    path = HERE / "wrong" / "several.ini"
    for command in ("timeline", "conversations", "summary"):
        done = run([CHATSNIFF, command, "--protocol", path, "nowhere.pcapng"])
        equal(done.returncode, 2, f"the exit status of {command}")
        equal([line.replace("chatsniff: ", "", 1) for line in done.stderr.decode("utf-8").splitlines()], check(path),
              f"what {command} says")


def as_json():
    path = HERE / "wrong" / "several.ini"
    told = [json.loads(line) for line in check(path, "--format", "json")]
    equal([f"{m['file']}:{m['line']}: {m['group']}{':' + m['key'] if m['key'] else ''}: {m['text']}" for m in told],
          check(path), "mistakes")


def several_files():
    good, wrong = DESCRIPTIONS / "udpchat.ini", HERE / "wrong" / "no-sender.ini"
    done = run([CHATSNIFF, "protocol", "check", good, wrong, "nowhere.ini"])
    equal(done.returncode, 1, "the exit status")
    lines = done.stdout.decode("utf-8").splitlines()
    expect(re.fullmatch(r"udpchat +UDP +port 8090 +27 forms +" + re.escape(str(good)), lines[0]), lines[0])
    expect(lines[1].startswith(f"{wrong}:6: form ask:from: "), lines[1])
    equal(done.stderr.decode("utf-8").splitlines(), ["chatsniff: nowhere.ini: cannot be read: no such file",
                                                     "chatsniff: 2 of 3 descriptions cannot be used"], "standard error")


def usage():
    for arguments in ([], ["dance"], ["check"], ["show"], ["show", "a", "b"], ["list", "--format", "markdown"],
                      ["list", "--format", "csv"], ["check", "-o", "x", "y.ini"], ["list", "--colour"]):
        done = run([CHATSNIFF, "protocol", *arguments])
        equal(done.returncode, 2, f"the exit status of {arguments}")
        expect(b"chatsniff protocol --help" in done.stderr, f"{arguments}: {done.stderr}")


def listed():
    path = written("mine.ini", GOOD + "ports = 1;2\n[form a]\npattern = a\nfrom = peer\n")
    done = run([CHATSNIFF, "protocol", "list", "--format", "json", "--protocol", path])
    equal(done.returncode, 0, "the exit status")
    found = {entry["name"]: entry for entry in map(json.loads, done.stdout.decode("utf-8").splitlines())}
    equal(sorted(found), ["board", "tcpchat", "udpchat"], "names")
    equal((found["board"]["ports"], found["board"]["forms"], found["board"]["source"]), ([1, 2], 1, str(path)), "mine")
    equal((found["udpchat"]["transport"], found["udpchat"]["forms"]), ("udp", 27), "udpchat")


def shown():
    """The three shapes of a description say the same of every form."""
    def show(*arguments):
        done = run([CHATSNIFF, "protocol", "show", *arguments])
        equal(done.returncode, 0, f"the exit status ({done.stderr.decode()})")
        return done.stdout.decode("utf-8")
    told = json.loads(show("udpchat", "--format", "json"))
    text, markdown = show("udpchat"), show(DESCRIPTIONS / "udpchat.ini", "--format", "markdown")
    rows = [line for line in markdown.splitlines() if line.startswith("|")][2:]
    equal(len(told["forms"]), len(rows), "forms")
    equal(len(rows), 27, "forms")
    for form, row in zip(told["forms"], rows):
        expect(form["form"] in row and form["message"] in row, f"{form['form']} is not in {row}")
        expect(re.search(rf"^{form['form']} +{re.escape(form['message'])} +{form['from']} → ", text, re.MULTILINE),
               f"{form['form']} is not in the text")
    equal(text, (HERE / "udpchat.txt").read_text("utf-8"), "the text (if it is meant to change: protocol show -o)")
    output = Path(tempfile.mkdtemp(prefix="chatsniff-")) / "table.md"
    equal(show("udpchat", "-o", output), "", "standard output")
    equal(output.read_text("utf-8"), markdown, "the file")
    equal(run([CHATSNIFF, "protocol", "show", "nosuch"]).returncode, 1, "the exit status for an unknown name")


def unusable():
    """An option that names no description is bad usage, as in every other command."""
    for words in (["list"], ["show", "udpchat"]):
        done = run([CHATSNIFF, "protocol", *words, "--protocol", "/nowhere/at/all.ini"])
        equal((done.returncode, done.stdout), (2, b""), f"exit status of {words}")
        expect(b"/nowhere/at/all.ini" in done.stderr, done.stderr)


def lost_output():
    with open("/dev/full", "wb") as full:
        import subprocess
        done = subprocess.run([CHATSNIFF, "protocol", "list"], stdout=full, stderr=subprocess.PIPE, timeout=20)
    equal(done.returncode, 1, "the exit status")


if __name__ == "__main__":
    sys.exit(run_cases([(f"refused: {path.stem}", lambda path=path: refused(path)) for path in WRONG] + [
        ("refused: more than 256 forms", many_forms),
        ("refused: more than 1 MiB", too_large),
        ("refused: a device that never ends", endless),
        ("no more than 100 mistakes are told", many_mistakes),
        ("what is shown of a value is short and harmless", long_values),
        ("what editors write is taken", takes_what_editors_write),
        ("answers that leave it to the request", may_leave_it_to_the_request),
        ("chatsniff and the dissector have the same sentences", the_same_sentences),
        ("every kind of mistake has a case", every_kind_has_a_case),
        ("every command tells all mistakes", told_by_every_command),
        ("mistakes as JSON", as_json),
        ("several files", several_files),
        ("usage", usage),
        ("list", listed),
        ("show", shown),
        ("--protocol with no description", unusable),
        ("a full disk", lost_output),
    ]))
