"""Where the texts of a diagram are, by the widths of a font that is installed; and what is wrong with that."""
import re
import struct
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
# Beyond this many pixels two boxes overlap, or one leaves the picture.
TOLERANCE = 1.0


class Font:
    """Advance widths out of a TrueType file: the tables head, hhea, hmtx, and format 12 or 4 of cmap."""

    def __init__(self, path):
        data = self.data = path.read_bytes()
        count = struct.unpack(">H", data[4:6])[0]
        tables = {}
        for i in range(count):
            tag, _, offset, _ = struct.unpack(">4sIII", data[12 + 16 * i:28 + 16 * i])
            tables[tag] = offset
        self.units = self.u16(tables[b"head"] + 18)
        self.metrics, self.n_metrics = tables[b"hmtx"], self.u16(tables[b"hhea"] + 34)
        self.glyphs = self.read_cmap(tables[b"cmap"])

    def u16(self, offset):
        return struct.unpack(">H", self.data[offset:offset + 2])[0]

    def read_cmap(self, cmap):
        for i in range(self.u16(cmap + 2)):
            offset = cmap + struct.unpack(">I", self.data[cmap + 8 + 8 * i:cmap + 12 + 8 * i])[0]
            if self.u16(offset) == 12:
                count = struct.unpack(">I", self.data[offset + 12:offset + 16])[0]
                groups = [
                    struct.unpack(">III", self.data[offset + 16 + 12 * g:offset + 28 + 12 * g]) for g in range(count)
                ]
                return {
                    letter: glyph + letter - first for first, last, glyph in groups
                    for letter in range(first, last + 1)
                }
        raise ValueError("no character map of format 12")

    def width(self, text, size):
        em = 0
        for letter in text:
            if unicodedata.combining(letter) or letter in "\u200c\u200d":
                continue
            glyph = self.glyphs.get(ord(letter))
            # Letters that it lacks come from another font: East Asian ones and emoji are about as wide as this.
            em += (struct.unpack(">H", self.data[self.metrics + 4 * min(glyph, self.n_metrics - 1):][:2])[0] /
                   self.units if glyph is not None else 1.2)
        return em * size


def fonts():
    """The widest of the usual fonts, or None."""
    names = {"sans": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf", "mono": "DejaVuSansMono.ttf"}
    if not all((FONTS / name).exists() for name in names.values()):
        return None
    return {kind: Font(FONTS / name) for kind, name in names.items()}


def styles(style_text):
    """Class of a text → its font and size, out of the rules in the picture."""
    found = {}
    for name, rules in re.findall(r"\.ladder \.(l-[a-z]+)\{(font-size:[^}]*)\}", style_text):
        size = float(re.search(r"font-size:([\d.]+)px", rules).group(1))
        found[name] = ("bold" if "font-weight" in rules else "mono" if "monospace" in rules else "sans", size)
    return found


def boxes(root, available):
    """(left, top, right, bottom, text) of each text."""
    rules = styles(root.find(f"{SVG}style").text)
    for element in root.iter(f"{SVG}text"):
        classes = element.get("class").split()
        kind, size = rules[classes[0]]
        x, y, width = float(element.get("x")), float(element.get("y")), available[kind].width(element.text or "", size)
        left = x - (width / 2 if "l-m" in classes else width if "l-e" in classes else 0)
        yield left, y - 0.76 * size, left + width, y + 0.24 * size, element.text


def mistakes(all_boxes, width, height):
    """What is wrong with them, in words."""
    wrong = []
    ordered = sorted(all_boxes, key=lambda box: box[1])
    for box in ordered:
        if box[0] < -TOLERANCE or box[1] < -TOLERANCE or box[2] > width + TOLERANCE or box[3] > height + TOLERANCE:
            wrong.append(
                f"{box[4]!r} leaves the picture of {width} by {height}: {tuple(round(side) for side in box[:4])}")
    for i, one in enumerate(ordered):
        for other in ordered[i + 1:]:
            if other[1] >= one[3] - TOLERANCE:
                break
            if one[0] < other[2] - TOLERANCE and other[0] < one[2] - TOLERANCE:
                wrong.append(f"{one[4]!r} and {other[4]!r} overlap, at {round(other[0])}, {round(other[1])}")
    return wrong


def parse(path):
    root = ElementTree.parse(path).getroot()
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top) == (0, 0)
    return root, width, height
