"""Strict readers of what a quiz is written as: GIFT by docs.moodle.org, "GIFT format", Moodle's XML and the fields of
its cloze questions by "Moodle XML format" and "Embedded Answers (Cloze) question type". Each gives questions as (shape,
key), where the key is what counts as right; text has lost its markup."""
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

ALLOWED = {"p", "span", "b", "table", "caption", "thead", "tbody", "tr", "th", "td"}


class Refused(Exception):
    pass


def demand(condition, what):
    if not condition:
        raise Refused(what)


class Text(HTMLParser):
    """The text of a piece of HTML in which every element is one of ours and is closed."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.open = [], []
        self.feed(html)
        self.close()
        demand(not self.open, f"open elements {self.open}")

    def handle_starttag(self, tag, attrs):
        demand(tag in ALLOWED and {name for name, _ in attrs} <= {"class", "scope"}, f"<{tag} {attrs}>")
        self.open.append(tag)

    def handle_endtag(self, tag):
        demand(self.open and self.open.pop() == tag, f"</{tag}>")

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise Refused(f"comment {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def text_of(html):
    return "".join(Text(html).text)


# GIFT

SPECIAL = "~=#{}:"


class Gift:
    """One question; escapes are resolved while it is read, so that an escaped character is never a sign."""

    def __init__(self, block):
        self.signs = []  # (character, whether it means something)
        position = 0
        while position < len(block):
            character = block[position]
            if character == "\\":
                position += 1
                demand(position < len(block) and block[position] in SPECIAL + "\\",
                       "a backslash before nothing special")
                self.signs.append((block[position], False))
            else:
                self.signs.append((character, character in SPECIAL))
            position += 1

    def find(self, sign, start=0):
        for index in range(start, len(self.signs) - len(sign) + 1):
            if all(self.signs[index + offset] == (character, True) for offset, character in enumerate(sign)):
                return index
        raise Refused(f"no {sign}")

    def count(self, sign):
        return sum(1 for character in self.signs if character == (sign, True))

    def plain(self, start, end):
        part = self.signs[start:end]
        demand(not any(special for _, special in part), f"unescaped sign in {''.join(c for c, _ in part)!r}")
        return "".join(character for character, _ in part)


def split_answers(gift, start, end, signs):
    """The pieces that begin with one of the signs, as (sign, start, end)."""
    places = [index for index in range(start, end) if gift.signs[index][1] and gift.signs[index][0] in signs]
    between = "".join(character for character, _ in gift.signs[start:places[0]]) if places else ""
    demand(not between.strip("# \n"), f"text before the answers: {between!r}")
    return [(gift.signs[index][0], index + 1, following) for index, following in zip(places, places[1:] + [end])]


def read_number(text):
    match = re.fullmatch(r"(%0%)?(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", text.strip())
    demand(match, f"number {text!r}")
    return match.group(1) is None, float(match.group(2)), float(match.group(3))


def read_gift_question(block):
    gift = Gift(block)
    demand(gift.find("::") == 0, "no title")
    title_end = gift.find("::", 2)
    gift.plain(2, title_end)
    begin, finish = gift.find("{"), gift.find("}")
    demand(gift.count("{") == 1 and gift.count("}") == 1, "one pair of braces")
    demand(not "".join(character for character, _ in gift.signs[finish + 1:]).strip(), "text after the answers")
    text = gift.plain(title_end + 2, begin)
    demand(text.startswith("[html]"), "format")
    text_of(text[len("[html]"):])
    general = gift.find("####", begin)
    demand(text_of(gift.plain(general + 4, finish)).strip(), "general feedback")
    numerical = gift.signs[begin + 1] == ("#", True)
    pieces = split_answers(gift, begin + (2 if numerical else 1), general, "=~")
    read = []
    for sign, start, end in pieces:
        if not numerical and not any(piece[0] == "~" for piece in pieces):
            whole = gift.plain(start, end)
            left, arrow, right = whole.partition("->")
            demand(arrow, f"no arrow in {whole!r}")
            read.append((text_of(left.strip()), right.strip()))
            continue
        mark = next(index for index in range(start, end) if gift.signs[index] == ("#", True))
        demand(text_of(gift.plain(mark + 1, end)).strip(), "feedback")
        answer = gift.plain(start, mark) if not numerical else "".join(c for c, _ in gift.signs[start:mark])
        read.append((sign, text_of(answer)) if not numerical else read_gift_number(gift, start, mark))
    if numerical:
        right = [entry for entry in read if entry[0]]
        demand(len(right) == 1, "right numbers")
        return "number", right[0][1:]
    if any(piece[0] == "~" for piece in pieces):
        right = [answer for sign, answer in read if sign == "="]
        demand(len(right) == 1 and len(read) >= 3, "right answers")
        return "choice", right[0].strip()
    demand(len(read) >= 2, "pairs")
    return "matching", [pair for pair in read if pair[0]]


def read_gift_number(gift, start, mark):
    colons = [index for index in range(start, mark) if gift.signs[index] == (":", True)]
    demand(len(colons) == 1, "one colon")
    return read_number("".join(character for character, _ in gift.signs[start:mark]))


def read_gift(text):
    demand("\r" not in text and text.endswith("\n"), "line ends")
    questions = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = [line for line in block.split("\n") if not line.strip().startswith("//")]
        block = "\n".join(lines).strip()
        if block and not block.startswith("$CATEGORY:"):
            questions.append(read_gift_question(block))
    return questions


# Moodle's XML

# As Moodle finds the fields (question/type/multianswer): a number, a type, and alternatives up to an unescaped brace.
CLOZE = re.compile(r"\{([0-9]*):(NUMERICAL|MULTICHOICE):((?:\\[}#~/\"\\]|[^}])*)\}")


def read_cloze(html):
    fields = []

    def take(match):
        right = []
        for alternative in match.group(3).split("~"):
            # A number sign behind an ampersand is part of a character reference.
            parts = re.split(r"(?<!&)#", alternative, maxsplit=1)
            demand(len(parts) == 2 and text_of(parts[1]).strip(), f"no feedback in {alternative!r}")
            if parts[0].startswith("="):
                right.append(text_of(parts[0][1:]))
        demand(len(right) == 1, f"right alternatives of {match.group(0)!r}")
        fields.append(right[0].rpartition(":")[0] if match.group(2) == "NUMERICAL" else right[0])
        return "(…)"
    rest = CLOZE.sub(take, html)
    demand("{" not in rest and "}" not in rest, "braces outside of fields")
    text_of(rest)
    return fields


def read_moodle(path):
    questions = []
    for question in ElementTree.parse(path).getroot():
        kind = question.get("type")
        if kind == "category":
            continue
        html = question.findtext("questiontext/text")
        text_of(question.findtext("generalfeedback/text"))
        if kind == "cloze":
            questions.append(("fields", read_cloze(html)))
            continue
        demand("{" not in html and "$" not in html and "@@" not in html, "signs of Moodle's filters")
        text_of(html)
        right = [answer for answer in question.findall("answer") if answer.get("fraction") == "100"]
        for answer in question.findall("answer"):
            demand(text_of(answer.findtext("feedback/text")).strip(), "feedback")
        if kind == "multichoice":
            demand(len(right) == 1, "right answers")
            questions.append(("choice", text_of(right[0].findtext("text"))))
        elif kind == "numerical":
            demand(len(right) == 1, "right answers")
            questions.append(("number", (float(right[0].findtext("text")), float(right[0].findtext("tolerance")))))
        else:
            pairs = [(text_of(pair.findtext("text")), pair.findtext("answer/text"))
                     for pair in question.findall("subquestion")]
            questions.append(("matching", pairs))
    return questions
