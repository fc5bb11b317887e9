"""Vietnamese in old encodings, against words whose look is known."""

import pytest

from sandbox_portal.faults import charsets


@pytest.mark.parametrize(
    ("words", "seen"),
    [("Tiếng Việt", "TiÕng ViÖt"), ("Cộng hòa xã hội", "Céng hßa x· héi"), ("Đường", "§\u00adêng"), ("A-1", "A-1")],
)
def test_tcvn3_looks_as_abc_fonts_left_it(words: str, seen: str) -> None:
    assert charsets.tcvn3(words) == seen


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("Tiếng Việt", "Tieáng Vieät"),
        ("Cộng hòa xã hội", "Coäng hoøa xaõ hoäi"),
        ("Đường", "Ñöôøng"),
        ("Mỹ Ấm", "Myõ AÁm"),
    ],
)
def test_vni_looks_as_vni_fonts_left_it(words: str, seen: str) -> None:
    assert charsets.vni(words) == seen


def test_utf_8_read_as_windows_1252() -> None:
    assert charsets.mojibake("Tiếng") == "Tiáº¿ng"
    assert charsets.mojibake("Á") == "Ã\x81"


def test_windows_1258_writes_the_tone_after_its_vowel() -> None:
    assert charsets.windows_1258("ế") == b"\xea\xec"
    assert charsets.windows_1258("Đường phố").decode("cp1258") == "Đường phố".replace("ờ", "ơ\u0300").replace(
        "ố", "ô\u0301"
    )


def test_tone_marks_move_there_and_back() -> None:
    assert charsets.old_tone_marks("hòa thủy khỏe") == "hoà thuỷ khoẻ"
    assert charsets.old_tone_marks(charsets.old_tone_marks("Hòa, quý, hoà")) == "Hòa, quý, hoà"
