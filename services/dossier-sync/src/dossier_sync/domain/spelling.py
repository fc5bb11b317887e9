"""Vietnamese words as portals write them: one form to compare them in, and whether they were garbled on the way.

Letters arrive composed or decomposed, with the tone on either vowel of "hoà"/"hòa", with blanks that are not blanks
and marks nobody sees; those are the same word. Letters read in the wrong encoding are not, and are never guessed.
"""

import re
import unicodedata

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_TONE_ON_SECOND = re.compile(rf"(o)([ae])([{_TONES}])(?![a-z])|(u)(y)([{_TONES}])(?![a-z])")


def spelled(word: str) -> str:
    """The form in which words are compared: NFC, single blanks, no case, no unseen marks, tones in the older place."""
    if word.isascii():
        return " ".join(word.split()).casefold()
    seen = " ".join(unicodedata.normalize("NFC", word.translate(_UNSEEN)).split()).casefold()
    apart = unicodedata.normalize("NFD", seen)
    return unicodedata.normalize("NFC", _TONE_ON_SECOND.sub(_on_first, apart))


def _on_first(found: re.Match[str]) -> str:
    first, second, tone = (part for part in found.groups() if part)
    return f"{first}{tone}{second}"


_LETTERS = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
)
_SIGNS = frozenset("\u00a0°×")
_UTF8_AS_LATIN = re.compile("Ã[\u0080-\u00bf]|á[º»]")
"""UTF-8 read as Latin: "hoà" becomes "hoÃ" with a no-break blank behind it, all of them letters Vietnamese has."""
_LAST_LATIN = "\u024f"
_REPLACEMENT = "\ufffd"


def is_garbled(text: str) -> bool:
    """Whether a Vietnamese wording was read in the wrong encoding: mojibake, TCVN3 or VNI taken for Unicode.

    All three show Latin letters and signs that Vietnamese does not use (Ä, ö, ñ, ®, º …). Other scripts are not
    garbled Vietnamese, and are left to the maps.
    """
    if text.isascii():
        return False
    plain = unicodedata.normalize("NFC", text.translate(_UNSEEN))
    foreign = any(
        letter == _REPLACEMENT or ("\x7f" < letter <= _LAST_LATIN and letter not in _LETTERS and letter not in _SIGNS)
        for letter in plain
    )
    return foreign or _UTF8_AS_LATIN.search(plain) is not None


def is_clean(text: str) -> bool:
    """Whether a text can be kept: no NUL, no control character, no half of a surrogate pair."""
    return not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text)
