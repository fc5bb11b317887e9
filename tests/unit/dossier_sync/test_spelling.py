"""Vietnamese words: which spellings are one word, and which were garbled on the way."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.domain.spelling import is_clean, is_garbled, spelled
from dossier_sync.portals.igate_words import CHANNEL_MAP, STATUS_MAP

WORDS = sorted({*STATUS_MAP, *CHANNEL_MAP})
VNI = {"Đã tiếp nhận": "Ñaõ tieáp nhaän", "Đang xử lý": "Ñang xöû lyù", "Trả kết quả": "Traû keát quaû"}
TCVN3 = {"Đã tiếp nhận": "§· tiÕp nhËn", "Đang xử lý": "§ang xö lý", "Trả kết quả": "Tr¶ kÕt qu¶"}


@pytest.mark.fault("F82")
@pytest.mark.parametrize("word", WORDS)
def test_f82_one_word_however_it_is_composed(word: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        written = unicodedata.normalize(form, word)
        assert spelled(written) == spelled(word)
        assert spelled(f"\ufeff {written.upper()}\u00a0 ") == spelled(word)
        assert spelled("\u200b".join(written.split(" ")).replace("\u200b", "\u200b \u200d")) == spelled(word)
        assert not is_garbled(written)


@pytest.mark.fault("F82")
@pytest.mark.parametrize(
    ("older", "newer"), [("hòa", "hoà"), ("KHÓA", "KHOÁ"), ("thủy", "thuỷ"), ("họa", "hoạ"), ("xòe", "xoè")]
)
def test_f82_a_tone_on_either_vowel_is_one_word(older: str, newer: str) -> None:
    assert spelled(older) == spelled(newer)
    assert spelled("hoàn") != spelled("hòan ")[:-1] + "x"
    assert spelled("qua") != spelled("quá")
    assert spelled("đ") != spelled("d")


@pytest.mark.fault("F83")
@pytest.mark.parametrize("word", [word for word in WORDS if not word.isascii()])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_f83_every_word_is_seen_when_read_as_latin(word: str, wrong: str) -> None:
    assert is_garbled(word.encode().decode(wrong, errors="replace"))


@pytest.mark.fault("F83")
@pytest.mark.parametrize("text", [*VNI.values(), *TCVN3.values(), "Ti�p nh�n"])
def test_f83_old_encodings_are_seen(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize("text", ["Zwölf", "受理", "ទទួល", "Step 2 – done", "Chờ ký số…", "Đã huỷ"])
def test_only_vietnamese_in_a_wrong_encoding_is_garbled(text: str) -> None:
    assert is_garbled(text) == (text == "Zwölf")  # an umlaut is VNI's way of writing a tone


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("hoÃ\u00a0", True),  # UTF-8 read as Latin, of letters that Vietnamese has
        ("Đã\u024f", True),  # the last Latin letter of all
        ("Đã\u0250", False),  # the first sign of another script
        ("Đủ 2 × 5 °\u00a0", False),  # signs that stand in Vietnamese texts too
        ("Đã\x7f", False),  # a control character: not clean, but not garbled
    ],
)
def test_where_latin_begins_and_ends(text: str, garbled: bool) -> None:
    assert is_garbled(text) is garbled


@given(st.text())
def test_the_form_of_comparison_is_its_own_form(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


def test_what_cannot_be_kept_is_not_clean() -> None:
    assert is_clean("Chờ ký số")
    assert not any(map(is_clean, ("a\x00b", "a\x1bb", "a\ud800b", "a\nb")))
