# SPDX-License-Identifier: MIT
"""What is on a terminal's screen, drawn as a picture."""

import os

from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono%s.ttf"
WIDE_FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"  # fonts-wqy-microhei, for Chinese
NAMED = {"black": "000000", "red": "cd3131", "green": "0dbc79", "brown": "e5e510",
         "blue": "2472c8", "magenta": "bc3fbc", "cyan": "11a8cd", "white": "e5e5e5",
         "brightblack": "666666", "brightred": "f14c4c", "brightgreen": "23d18b",
         "brightbrown": "f5f543", "brightyellow": "f5f543", "brightblue": "3b8eea",
         "brightmagenta": "d670d6", "brightcyan": "29b8db", "brightwhite": "ffffff"}


def colour(name, fallback):
    name = fallback if name == "default" else NAMED.get(name, name)
    return tuple(int(name[i:i + 2], 16) for i in (0, 2, 4))


def draw(screen, size, light=False):
    """An image; light: on a terminal that is black on white by itself."""
    background, foreground = ("ffffff", "202020") if light else ("101418", "d0d4d8")
    fonts = {bold: ImageFont.truetype(FONTS % ("-Bold" if bold else ""), size)
             for bold in (False, True)}
    wide = ImageFont.truetype(WIDE_FONT, size) if os.path.exists(WIDE_FONT) else fonts[False]
    width = round(fonts[False].getlength("M"))
    ascent, descent = fonts[False].getmetrics()
    height = ascent + descent
    image = Image.new("RGB", (screen.columns * width, screen.lines * height),
                      colour("default", background))
    pen = ImageDraw.Draw(image)
    for y in range(screen.lines):
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            front, back = colour(cell.fg, foreground), colour(cell.bg, background)
            if cell.reverse:
                front, back = back, front
            left, top = x * width, y * height
            cells = 2 if x + 1 < screen.columns and screen.buffer[y][x + 1].data == "" else 1
            if cell.data == "":
                continue
            pen.rectangle([left, top, left + cells * width - 1, top + height - 1], fill=back)
            pen.text((left, top), cell.data, font=wide if cells > 1 else fonts[bool(cell.bold)], fill=front)
            if cell.underscore:
                pen.line([left, top + height - 2, left + cells * width - 1, top + height - 2],
                         fill=front)
    if not screen.cursor.hidden:
        left, top = screen.cursor.x * width, screen.cursor.y * height
        pen.rectangle([left, top + height - 3, left + width - 1, top + height - 1],
                      fill=colour("default", foreground))
    return image
