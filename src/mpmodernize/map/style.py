"""How a picture looks: sizes and colours, for light and dark."""

from __future__ import annotations

LINE = 17.0
PADDING = 9.0
MARGIN = 14.0
CHARACTER = 7.3
"""The width of a character: common monospaced fonts have 0.6 of their size, 12 pixels here."""
TITLE_CHARACTER = 8.5
_LIGHT = {"paper": "#ffffff", "ink": "#1f2328", "dim": "#59636e", "line": "#59636e", "wrong": "#cf222e"}
_LIGHT |= {"doubtful": "#9a6700", "process": "#ddf4ff", "pool": "#fbefff", "shared": "#dafbe1", "wrong-fill": "#ffebe9"}
_DARK = {"paper": "#0d1117", "ink": "#f0f6fc", "dim": "#9198a1", "line": "#9198a1", "wrong": "#ff7b72"}
_DARK |= {"doubtful": "#d29922", "process": "#0c2d4a", "pool": "#2b1b45", "shared": "#0f2d1a", "wrong-fill": "#3d1214"}


def style(name: str) -> str:
    """The style sheet and the arrow heads of the picture whose element has the id `name`."""
    heads = "".join(
        f'<marker id="{name}-{tone}" class="head {tone}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker>'
        for tone in ("plain", "wrong", "doubtful")
    )
    dark = f"@media (prefers-color-scheme:dark){{{_rules(name, _DARK)}}}"
    return f"<style>{_fixed(name)}{_rules(name, _LIGHT)}{dark}</style>\n<defs>{heads}</defs>\n"


def _fixed(name: str) -> str:
    return (
        f"#{name}{{max-width:100%;height:auto;"
        "font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
        f"#{name} .name{{font-weight:bold;font-size:14px}}"
        f"#{name} path{{fill:none;stroke-width:1.3}}"
        f"#{name} .starts,#{name} .runs{{stroke-width:2.2}}"
        f"#{name} .found{{stroke-dasharray:5 3}}#{name} .makes{{stroke-dasharray:1 3}}"
    )


def _rules(name: str, colours: dict[str, str]) -> str:
    def rule(selectors: str, what: str) -> str:
        return ",".join(f"#{name} {each}" for each in selectors.split(",")) + f"{{{what}}}"

    return (
        f"#{name}{{background:{colours['paper']}}}"
        + rule("text", f"fill:{colours['ink']}")
        + rule("text.about", f"fill:{colours['dim']}")
        + rule("path", f"stroke:{colours['line']}")
        + rule(".card rect", f"stroke:{colours['line']}")
        + rule(".parent rect,.worker rect", f"fill:{colours['process']}")
        + rule(".pool rect,.manager rect", f"fill:{colours['pool']}")
        + rule(".object rect,.variable rect", f"fill:{colours['shared']}")
        + rule(".card.wrong rect", f"fill:{colours['wrong-fill']};stroke:{colours['wrong']}")
        + rule("text.wrong", f"fill:{colours['wrong']}")
        + rule("text.doubtful", f"fill:{colours['doubtful']}")
        + rule("path.wrong", f"stroke:{colours['wrong']}")
        + rule("path.doubtful", f"stroke:{colours['doubtful']}")
        + rule(".head path", f"stroke:none;fill:{colours['line']}")
        + rule(".head.wrong path", f"fill:{colours['wrong']}")
        + rule(".head.doubtful path", f"fill:{colours['doubtful']}")
    )
