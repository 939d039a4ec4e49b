"""What several sources of settings amount to: what applies to the files of a folder."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, cast

from mpmodernize.configuration.selectors import Chosen, codes_by_pattern
from mpmodernize.configuration.table import BY_NAME, SETTINGS
from mpmodernize.files.discover import Filter
from mpmodernize.files.patterns import Patterns
from mpmodernize.records import Record
from mpmodernize.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mpmodernize.configuration.sources import Source
    from mpmodernize.configuration.table import Value


class Choices(Record):
    """What applies to the files of a folder."""

    settings: Settings
    filter: Filter
    output_format: str
    sources: tuple[Source, ...] = field(repr=False)
    """Where that was said; what comes later comes first."""
    _silenced: tuple[tuple[Patterns, bool, tuple[str, ...]], ...]
    """Patterns, whether the files are meant that do not match, and the rules that say nothing of these."""

    def silenced(self, path: str) -> tuple[str, ...]:
        """The rules, by codes or beginnings of codes, that say nothing of a file; `path` is absolute."""
        found = {
            code
            for patterns, others, codes in self._silenced
            if patterns.cover(path, is_folder=False) is not others
            for code in codes
        }
        return tuple(sorted(found))

    def value(self, name: str) -> tuple[Value | None, Source | None]:
        """The value of a setting, and who said it last; `None` where that is the default."""
        for source in reversed(self.sources):
            if name in source.values:
                return source.values[name], source
        return BY_NAME[name].default, None


def merge(sources: Sequence[Source], folder: str) -> Choices:
    """Let the sources speak one after the other; the patterns of defaults are relative to `folder`.

    The last one that has a setting decides. Only the choice of rules, and what is left out besides `exclude`, add up.
    """
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    folders: dict[str, str] = {}
    spoken, fixing = Chosen(), Chosen()
    for source in sources:
        given = cast("dict[str, Any]", source.values)
        values.update(given)
        folders.update(dict.fromkeys(given, source.folder))
        spoken.add(given.get("select"), given.get("extend-select", ()), given.get("ignore", ()))
        fixing.add(given.get("fixable"), (), given.get("unfixable", ()))
    settings = Settings(
        source_version=values["source-version"],
        target_version=values["target-version"],
        start_method=values["start-method"],
        unsafe_fixes=values["unsafe-fixes"],
        pin_fork=values["pin-fork"],
        doctests=values["doctests"],
        ignore=spoken.off,
        unfixable=fixing.off,
    )
    exclude = [Patterns(folders.get("exclude", folder), values["exclude"])]
    exclude += [Patterns(each.folder, _extended(each)) for each in sources if _extended(each)]
    chosen = Filter(tuple(exclude), values["respect-gitignore"], values["force-exclude"], values["documents"])
    silenced = _silenced(values["per-file-ignores"], folders.get("per-file-ignores", folder))
    return Choices(settings, chosen, values["output-format"], tuple(sources), tuple(silenced))


def _extended(source: Source) -> tuple[str, ...]:
    return cast("tuple[str, ...]", source.values.get("extend-exclude", ()))


def _silenced(rules: dict[str, tuple[str, ...]], folder: str) -> Iterator[tuple[Patterns, bool, tuple[str, ...]]]:
    for pattern, codes in codes_by_pattern(rules).items():
        yield Patterns(folder, (pattern.removeprefix("!"),)), pattern.startswith("!"), codes
