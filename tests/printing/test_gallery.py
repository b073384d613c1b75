"""docs/printing.md shows what is printed today, and a page of each kind."""

from pathlib import Path

import numpy as np
import pytest

from tests.printing.gallery import FOLDER, KINDS, SETS, Kinds, pictures, read

_MOST_DIFFERENT = 0.001
_VISIBLE = 64


@pytest.mark.parametrize(("folder", "kinds"), SETS, ids=["documentation", "goldens"])
def test_every_picture_is_the_page_as_it_is_printed_now(folder: Path, kinds: Kinds) -> None:
    """`python -m tests.printing.gallery` writes them again, to be looked at before they are committed."""
    for name, page in pictures(kinds):
        shown = read(folder, name)
        assert shown.shape == page.shape, name
        different = np.abs(shown.astype(int) - page.astype(int)) > _VISIBLE
        assert different.mean() <= _MOST_DIFFERENT, name


def test_the_documentation_shows_every_picture_and_no_other() -> None:
    told = (FOLDER.parent / "printing.md").read_text("utf-8")
    made = {name for name, _ in pictures(KINDS)}
    assert {path.stem for path in FOLDER.glob("*.png")} == made
    assert [name for name in sorted(made) if f"printing/{name}.png)" not in told] == []
