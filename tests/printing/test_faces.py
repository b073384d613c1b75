"""A font that is not there, or not whole, is named before any page is begun."""

from pathlib import Path

import pytest

from kernel.errors import Unavailable
from printing import faces


@pytest.mark.parametrize("content", [None, b"", b"no font", b"\x00\x01\x00\x00\x00\x10cut short"])
def test_a_missing_or_damaged_font_is_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fonts").mkdir()
    if content is not None:
        (tmp_path / "fonts" / f"{faces.Face.BOLD}.ttf").write_bytes(content)
    monkeypatch.setattr(faces, "files", lambda _: tmp_path)
    faces._font.cache_clear()
    try:
        with pytest.raises(Unavailable, match=r"DejaVuSansCondensed-Bold\.ttf") as refused:
            faces._font(faces.Face.BOLD)
    finally:
        faces._font.cache_clear()
    assert refused.value.code == "missing-font"
