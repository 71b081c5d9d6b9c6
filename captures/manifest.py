"""What each recording shows: manifest.json, and README.md made from it."""
import json

from actors import load_scenario, scenario_names
from hosts import HERE, StageError, run

GROUPS = [("lab-", "A whole session"), ("tcp-", "The TCP chat"), ("udp-", "The UDP chat"),
          ("capture-", "How a capture is made")]


def fits(record_, where):
    """Whether a record of a timeline has these values. A list is a choice; "form" looks into the messages, "label" is a
    part of the label, "analysis" one of its flags, "from" the address of the source."""
    readers = {
        "form": lambda: [message["form"] for message in record_.get("messages", [])],
        "analysis": lambda: record_.get("analysis", []),
        "from": lambda: [record_["source"]["address"]],
        "flags": lambda: [record_.get("tcp", {}).get("flags")],
    }
    for key, wanted in where.items():
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if key == "label":
            if not any(word in record_["label"] for word in wanted):
                return False
        elif not set(readers[key]() if key in readers else [record_.get(key)]) & set(wanted):
            return False
    return True


def expected_findings(scenario, records):
    """What `summary` has to find in a scenario's capture, and where: FINDINGS has (kind, what fits the packets), or
    (kind, what fits, "with requests") where the requests that these packets answer belong to it as well, and
    (kind, what fits, "last 1") where it is about the last one, or so many, of them."""
    findings = []
    for kind, where, *how in scenario.FINDINGS:
        found = [record_ for record_ in records if where and fits(record_, where)]
        if where and not found:
            raise StageError(f"no packet shows the finding {kind}")
        if how and how[0].startswith("last "):
            found = found[-int(how[0].split()[1]):]
        frames = {record_["frame"] for record_ in found}
        if how == ["with requests"]:
            frames |= {record_["request"] for record_ in found}
        findings.append({"kind": kind, "frames": sorted(frames)})
    return findings


def told(build, name):
    """The records of a scenario's capture."""
    lines = run(str(build / "analyzer" / "cli" / "chatsniff"), "timeline", "--quiet", "--format", "json",
                str(HERE / f"{name}.pcapng"))
    return [json.loads(line) for line in lines.splitlines()]


def entry(build, name):
    scenario = load_scenario(name)
    records = told(build, name)
    points = []
    for what, where in scenario.POINTS:
        frames = [record_["frame"] for record_ in records if fits(record_, where)]
        if not frames:
            raise StageError(f"{name}: no packet shows \"{what}\"")
        points.append({"what": what, "where": where, "frames": frames})
    return {"title": scenario.TITLE, "shows": scenario.SHOWS, "points": points,
            "findings": expected_findings(scenario, records),
            "question": scenario.QUESTION, "answer": scenario.ANSWER}


def page_of(name, shown):
    return [f"## {name}", "", f"**{shown['title']}.** {shown['shows']}", "",
            "| frames | what they show |", "|---|---|",
            *[f"| {', '.join(map(str, point['frames']))} | {point['what']} |" for point in shown["points"]],
            "", f"*To ask:* {shown['question']}", "",
            "<details><summary>An answer</summary>", "", shown["answer"], "", "</details>", ""]


def contents(manifest):
    lines = []
    for prefix, title in GROUPS:
        lines += [f"{title}:", ""]
        lines += [
            f"- [{name}](#{name}): {shown['title']}" for name, shown in manifest.items() if name.startswith(prefix)
        ]
        lines += [""]
    return lines


def describe(build):
    manifest = {name: entry(build, name) for name in scenario_names()}
    page = ["# The captures", "",
            "Each was recorded with the project's own chat programs on three hosts (`server` 10.0.0.1,",
            "`alpine` 10.0.0.2, `debian` 10.0.0.3): `./lab captures` records them again and writes this page,",
            "whose frame numbers come from the recordings. Look at one with",
            "`chatsniff timeline --explain captures/NAME.pcapng`, or with Wireshark; `./lab reports FOLDER` writes",
            "the report of each; `./lab scenario NAME` plays one before your eyes.", "",
            *contents(manifest)]
    for name, shown in manifest.items():
        page += page_of(name, shown)
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (HERE / "README.md").write_text("\n".join(page).rstrip() + "\n", "utf-8")
