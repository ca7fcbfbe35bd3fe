#!/usr/bin/env python3
"""Cuts the two fonts of the pages down to what the pages use.

Run it after changing a font's version in package.json:

    cd tools/fonts && npm install --no-package-lock && pip install fonttools brotli && ./subset.py

It narrows each axis to what style/ asks for, keeps kerning (that of the regular
weight for all weights: its variation is a fifth of the file and shows in no
word), ligatures and tabular figures, drops hinting and every other feature, and
writes public/fonts/*.woff2 beside the licence of each font. Three files per
family: `basic` is what every visitor downloads, since the pages are written with
it; the browser fetches `latin` and `latin-ext` only when a name or a message
needs them (unicode-range in style/fonts.css, which `RANGES` repeats).
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otBase import ValueRecord
from fontTools.ttLib.tables.otTables import PairPos
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "public" / "fonts"
PACKAGES = HERE / "node_modules" / "@fontsource-variable"
# In a GPOS table: the type of a lookup of pairs, and the bits of what does not vary.
PAIRS, STATIC = 2, 0x0F
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]
# Family -> the package's file to start from, and what to keep of each axis.
# Titles have one weight and one optical size: pinning both halves that file.
FAMILIES = {
    "instrument-sans": ("wght", {"wght": (400, 700)}),
    "bricolage-grotesque": ("opsz", {"wght": 650, "opsz": 40}),
}
# ASCII, and what English typography adds: no-break space, ·, ×, dashes, quotes, •, …, −.
BASIC = {*range(0x20, 0x7F), 0xA0, 0xB7, 0xD7, *range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2022, 0x2026, 0x2212}
# Name of a subset -> the package's file that it is cut from, and whether it keeps a character of that file.
RANGES = {
    "basic": ("latin", lambda character: character in BASIC),
    "latin": ("latin", lambda character: character not in BASIC),
    "latin-ext": ("latin-ext", lambda character: True),
}


def fix_kerning(font: TTFont) -> None:
    """Takes from the distances between letters how they change along the axes."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        tables = (getattr(table, "ExtSubTable", table) for table in lookup.SubTable)
        for pairs in (table for table in tables if table.LookupType == PAIRS):
            pairs.ValueFormat1 &= STATIC
            for value in values(pairs):
                value.__dict__.pop("XAdvDevice", None)


def values(pairs: PairPos) -> Iterator[ValueRecord]:
    """Yields what moves in each pair; only the first letter of a pair is ever moved."""
    assert pairs.ValueFormat2 == 0
    if pairs.Format == 1:
        records = (record for first in pairs.PairSet for record in first.PairValueRecord)
    else:
        records = (record for first in pairs.Class1Record for record in first.Class2Record)
    return (record.Value1 for record in records if record.Value1 is not None)


def cut(family: str, subset: str) -> Path:
    """Writes one subset and returns its path."""
    source, axes = FAMILIES[family]
    script, keeps = RANGES[subset]
    font = TTFont(PACKAGES / family / "files" / f"{family}-{script}-{source}-normal.woff2")
    instantiateVariableFont(font, axes, inplace=True)
    # Through a file and back: the subsetter stumbles over glyphs that lost all their variation.
    buffer = BytesIO()
    font.save(buffer)
    font = TTFont(buffer)
    fix_kerning(font)
    options = Options(layout_features=FEATURES, hinting=False, flavor="woff2", notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=filter(keeps, font.getBestCmap()))
    subsetter.subset(font)
    font.flavor = "woff2"
    target = OUT / f"{family}-{subset}.woff2"
    font.save(target)
    return target


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        for subset in RANGES:
            target = cut(family, subset)
            print(f"{target.stat().st_size:6} {target.name}")
        licence = (PACKAGES / family / "LICENSE").read_bytes()
        (OUT / f"{family}.LICENSE.txt").write_bytes(licence)


if __name__ == "__main__":
    main()
