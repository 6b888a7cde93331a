"""A hospital's colour and font for the embedded chat: checked, and made into style tokens that stay readable. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

Colour = tuple[int, int, int]

READABLE = 4.5  # the contrast that WCAG 2.2 asks of text, level AA
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# The backgrounds of bot/web/static/site-tokens.css that brand colours are read on, light and dark.
_PAPER, _DARK_SURFACE, _DARK_INK = (250, 247, 242), (29, 39, 39), (12, 20, 20)
_SOFT = (0.12, 0.06, 0.03)
_STEPS = 40
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)
# Family names only: no quotes to close, no semicolon, no function, no address.
_FONT = re.compile(r"[a-z0-9][a-z0-9 _-]{0,60}(, ?[a-z0-9][a-z0-9 _-]{0,60}){0,5}", re.IGNORECASE | re.ASCII)
_GENERIC = {"serif", "sans-serif", "system-ui", "ui-sans-serif", "ui-serif", "ui-rounded"}


@dataclass(frozen=True)
class Shades:
    """The colours that follow from one: of the brand itself, what is written on it, under a pointer, and as a tint."""

    brand: Colour
    ink: Colour
    hover: Colour
    soft: Colour


def read_colour(written: str) -> Colour | None:
    """`#0a5` or `#00aa55`, with or without the sign; None when it is anything else."""
    found = _HEX.fullmatch(written.strip())
    if not found:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def light_shades(brand: Colour) -> Shades | None:
    """The shades on light paper, or None when text in this colour could not be read there."""
    if contrast(brand, _PAPER) < READABLE:
        return None
    tints = (mix(brand, WHITE, share) for share in _SOFT)
    soft = next((tint for tint in tints if contrast(brand, tint) >= READABLE), WHITE)
    return Shades(brand, WHITE, mix(BLACK, brand, 0.25), soft)


def dark_shades(brand: Colour) -> Shades:
    """The shades on dark paper: the same colour, made lighter until it can be read."""
    for step in range(_STEPS):
        lighter = mix(WHITE, brand, step / _STEPS)
        soft = mix(lighter, _DARK_SURFACE, 0.15)
        if min(contrast(lighter, background) for background in (_DARK_SURFACE, soft)) >= READABLE:
            return Shades(lighter, _DARK_INK, mix(WHITE, lighter, 0.3), soft)
    return Shades(WHITE, _DARK_INK, WHITE, _DARK_SURFACE)


def read_font(written: str) -> str | None:
    """A list of font families as a style sheet writes it, or None when it holds anything else."""
    if not _FONT.fullmatch(written.strip()):
        return None
    names = [name.strip() for name in written.split(",")]
    families = [name if name.lower() in _GENERIC else f'"{name}"' for name in names]
    return ", ".join(families if names[-1].lower() in _GENERIC else [*families, "sans-serif"])


def style(colour: str, font: str) -> str:
    """The style tokens for a colour and font as they stand in an address; what cannot be used is left out."""
    rules = []
    families = read_font(font)
    if families:
        rules.append(f":root {{ --font: {families}; --font-heading: {families}; }}")
    brand = read_colour(colour)
    light = light_shades(brand) if brand else None
    # A colour that fails on light paper is not used on dark paper either: one chat, one look.
    if brand and light:
        rules.append(_rule(light))
        rules.append(f"@media (prefers-color-scheme: dark) {{ {_rule(dark_shades(brand))} }}")
    return "\n".join([*rules, ""])


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two: `share` of the first."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _rule(shades: Shades) -> str:
    tokens = {
        "brand": shades.brand,
        "link": shades.brand,
        "brand-ink": shades.ink,
        "brand-hover": shades.hover,
        "brand-soft": shades.soft,
    }
    return ":root { " + " ".join(f"--{name}: {_written(colour)};" for name, colour in tokens.items()) + " }"


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
