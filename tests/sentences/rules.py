"""What a sentence must not be: each rule gives the reasons why it refuses a text, and has examples that it must
refuse."""
import re

# What is counted; behind 1 it stands in the singular, behind other numbers in the plural.
COUNTED = ("byte", "segment", "line", "message", "request", "packet", "datagram", "fragment", "frame", "gap", "unit",
           "retransmission", "acknowledgement", "second", "minute", "conversation", "window", "option", "copy", "place",
           "time")
# Words that HACKING.md replaces by others, and turns that nobody says.
FORBIDDEN = (
    r"octets?", r"manieth", r"overt[ao]k\w*", r"this side", r"of its own account", r"SYN ACK", r"FIN ACK", r"PSH ACK",
    r"closed window", r"asked for, ", r"put together", r"is told as", r"repetitions?", r"belongs into", r"by now",
    r"no program of", r"whoever", r"in what .* there is", r"are to be", r"is to be", r"may be to", r"the double",
    r"has the form", r"ran out", r"ACK number", r"sequence no\.?", r"dup ACK", r"retransmit again", r"half open",
)
CITATION = re.compile(r"RFC (\d+)(?:, sections? ((?:\d[\d.]*\d|\d)(?:(?:, | and )(?:\d[\d.]*\d|\d))*))?")


def unquoted(text):
    """What we say, without what somebody typed."""
    return re.sub(r"“[^”]*”", "“…”", text)


def wrong_numbers(text):
    found = []
    for word in COUNTED:
        plural = word[:-1] + "ies" if word == "copy" else word + "s"
        found += re.findall(rf"(?<![\d.,:-])\b1 {plural}\b", text)
        found += [hit.group() for hit in re.finditer(rf"(?<![\d.,])\b(\d+) {word}\b", text) if hit.group(1) != "1"]
    found += re.findall(r"(?<![\d.,])\b1 (?:bytes|\w+s) (?:was|is|has)\b", text)
    found += re.findall(r"(?<![\d.,])\b1 byte (?:were|are|have)\b", text)
    return [f"number: {hit}" for hit in found]


def doubled_words(text):
    return [f"doubled: {hit.group()}" for hit in re.finditer(r"\b([A-Za-z]+) \1\b", text)]


def forbidden_words(text):
    return [f"not our word: {hit.group()}" for word in FORBIDDEN for hit in re.finditer(rf"\b{word}\b", text)]


def unfilled(text):
    return [f"unfilled: {hit}" for hit in re.findall(r"\{[^}]*\}|%[a-z]", text)]


def misset(text):
    """Spaces and marks."""
    return [f"misset: {hit!r}" for hit in re.findall(r".{0,9}(?:  | [.,;:)]|\( |\.\.|,\.|;\.|^ | $).{0,9}", text)]


def citations(text):
    """(RFC, section) of everything that a text cites; the section is "" where it cites the whole."""
    return {(int(hit.group(1)), section) for hit in CITATION.finditer(text)
            for section in (re.split(r", | and ", hit.group(2)) if hit.group(2) else [""])}


def unknown_citations(text, known):
    return [f"no topic cites RFC {rfc}, section {section}" for rfc, section in sorted(citations(text) - known)]


def sentences(text):
    return re.split(r"(?<=[.?!]) ", text)


def incomplete(text):
    """Of an explanation: each sentence begins and ends like one, and none is said twice."""
    found = [f"no end mark: …{text[-30:]}"] if not text.endswith((".", "?", "!")) else []
    parts = sentences(text)
    found += [f"begins badly: {part[:40]}" for part in parts if not re.match(r"[A-Z“0-9]", part)]
    found += [f"said twice: {part[:60]}" for part in set(parts) if parts.count(part) > 1 and len(part) > 12]
    return found


def not_a_label(text):
    """A label reads on from a name: it begins small and has no end mark."""
    found = [] if re.match(r"[a-z“0-9]", text) else [f"begins badly: {text[:40]}"]
    return found + ([f"end mark: …{text[-30:]}"] if text.endswith((".", ";", ",", ":")) else [])


def of_any(text):
    said = unquoted(text)
    return wrong_numbers(said) + doubled_words(said) + forbidden_words(said) + unfilled(said) + misset(said)


REFUSED = ((wrong_numbers, "1 bytes were missing"), (wrong_numbers, "sends 2 byte of data"),
           (wrong_numbers, "1 segments"), (wrong_numbers, "1 byte were not captured"), (wrong_numbers, "in 3 fragment"),
           (doubled_words, "it covers the the FIN"), (forbidden_words, "6 octets of data"), (forbidden_words,
                                                                                             "so it was overtaken"),
           (forbidden_words, "the how manieth in a row"), (forbidden_words, "because this side closed"),
           (unfilled, "sends {n} bytes"), (misset, "it came  later"), (misset, "sends data , and"),
           (misset, "it ends.."), (incomplete, "The client sends"), (incomplete,
                                                                     "The client sends. the server answers."),
           (incomplete, "The client sends data. The client sends data."), (not_a_label, "Sends data"), (not_a_label,
                                                                                                        "sends data."),
           )
ACCEPTED = ("1 byte was not captured", "sends 11 bytes of data", "after 1.00 s, 2 segments",
            "window scale 0: units of 1 byte", "says: “1 bytes the the octets”", "10.0.0.1 bytes")
