#!/usr/bin/env python3
"""Cuts the two fonts of the pages down to what the pages use.

Run it after changing a font's version in package.json:

    cd tools/fonts && npm install --no-package-lock && pip install fonttools brotli && ./subset.py

It narrows each axis to what style/ asks for, keeps kerning, ligatures and
tabular figures, drops hinting and every other feature, and writes
public/fonts/*.woff2 beside the licence of each font. Two files per family:
`latin` is what nearly every visitor downloads; `latin-ext` is fetched by the
browser only when a name or a message needs it (unicode-range in style/).
"""

from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
OUT = HERE.parent.parent / "public" / "fonts"
PACKAGES = HERE / "node_modules" / "@fontsource-variable"
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]
# Family -> the package's file to start from, and what to keep of each axis.
# Titles have one weight and one optical size: pinning both halves that file.
FAMILIES = {
    "instrument-sans": ("wght", {"wght": (400, 700)}),
    "bricolage-grotesque": ("opsz", {"wght": 650, "opsz": 40}),
}


def cut(family: str, script: str) -> Path:
    """Writes one subset and returns its path."""
    source, axes = FAMILIES[family]
    font = TTFont(PACKAGES / family / "files" / f"{family}-{script}-{source}-normal.woff2")
    instantiateVariableFont(font, axes, inplace=True)
    # Through a file and back: the subsetter stumbles over glyphs that lost all their variation.
    buffer = BytesIO()
    font.save(buffer)
    font = TTFont(buffer)
    options = Options(layout_features=FEATURES, hinting=False, flavor="woff2", notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap().keys())
    subsetter.subset(font)
    font.flavor = "woff2"
    target = OUT / f"{family}-{script}.woff2"
    font.save(target)
    return target


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        for script in ("latin", "latin-ext"):
            target = cut(family, script)
            print(f"{target.stat().st_size:6} {target.name}")
        licence = (PACKAGES / family / "LICENSE").read_bytes()
        (OUT / f"{family}.LICENSE.txt").write_bytes(licence)


if __name__ == "__main__":
    main()
