"""The documentation as a site: it builds, links lead somewhere, nothing comes from the network, a browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from docs.generate import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly from a copy: the builder writes only below its configuration."""
    root = tmp_path_factory.mktemp("site")
    for name in ("mkdocs.yml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root)
    for name in ("docs", "benchmarks", "src", "fixtures/legacy"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / "build" / "site"


class _Page(HTMLParser):
    """What a page refers to, and the anchors it has."""

    LOADING = frozenset({"script", "img", "iframe", "source"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = {name: value for name, value in attributes if value}
        if "id" in known:
            self.anchors.add(known["id"])
        if tag == "a" and "href" in known:
            self.links.append(known["href"])
        elif tag == "link" and "href" in known and known.get("rel") in ("stylesheet", "icon", "preload"):
            self.loaded.append(known["href"])
        elif tag in self.LOADING and "src" in known:
            self.loaded.append(known["src"])


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Every page of the site."""
    return {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_link_leads_to_a_page_and_an_anchor(site: Path, pages: dict[Path, _Page]) -> None:
    assert len(pages) > 160
    missing = []
    for path, page in pages.items():
        # the page for what is not found stands anywhere, and so names everything from the top
        for link in page.links if path.name != "404.html" else ():
            file, anchor = urldefrag(link)
            if urlsplit(link).scheme:
                continue
            target = (path.parent / unquote(file)).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            if target.suffix == ".json" and target.is_file():
                continue
            if target not in pages or (anchor and unquote(anchor) not in pages[target].anchors):
                missing.append(f"{path.relative_to(site)}: {link}")
    assert missing == []


def test_nothing_is_loaded_from_the_network(site: Path, pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        for name in page.loaded:
            assert not urlsplit(name).netloc, f"{path.relative_to(site)} loads {name}"


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian's package `chromium`)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # A container has no user namespaces to build a sandbox from; what is opened are our own pages.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, path: Path, *, width: int = 1200, dark: bool = False) -> Page:
    """A page from the disk, as somebody opens it who has no network."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    page.set_default_timeout(15_000)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("words", ["join-before-get", "RuntimeError bootstrapping", "队列"])
def test_the_search_finds_without_a_server(browser: Browser, site: Path, words: str) -> None:
    page = opened(browser, site / "index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.get_by_text(re.compile(r"^[1-9]\d* results?$")).first.wait_for()
    page.close()


def test_tabs_show_one_form_at_a_time(browser: Browser, site: Path) -> None:
    page = opened(browser, site / "notes" / "queue.html")
    legacy, reference = page.get_by_text("print res1").first, page.get_by_text("class WorkerDiedError").first
    assert legacy.is_visible()
    assert not reference.is_visible()
    page.get_by_text("The reference implementation").first.click()
    reference.wait_for(state="visible")
    assert not legacy.is_visible()
    page.close()


@pytest.mark.parametrize("name", ["guide/start-methods.html", "notes/lock.html", "contributing/index.html"])
def test_pictures_are_shown(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, site / name)
    widths = page.evaluate("Array.from(document.querySelectorAll('article img')).map(each => each.naturalWidth)")
    assert widths
    assert all(width > 100 for width in widths)
    page.close()


@pytest.mark.parametrize("name", ["index.html", "notes/queue.html", "rules/index.html", "rules/MP301.html"])
def test_a_page_fits_on_a_phone(browser: Browser, site: Path, name: str) -> None:
    page = opened(browser, site / name, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_dark_mode_is_dark(browser: Browser, site: Path) -> None:
    colour = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3)"
    colours = {}
    for dark in (False, True):
        page = opened(browser, site / "index.html", dark=dark)
        colours[dark] = sum(map(float, page.evaluate(colour)))
        page.close()
    assert colours[True] < 200 < 600 < colours[False]
