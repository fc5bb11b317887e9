"""Vietnamese in the encodings of old systems, and as it looks when read in the wrong one.

TCVN3 (ABC fonts) and VNI put accented letters on codes of Western ones; read as Windows-1252 they look like the
text these functions return. Windows-1258 writes a tone mark as a character of its own after the vowel.
"""

import unicodedata

_TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        strict=True,
    )
)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TONES = (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)
_VNI_PLAIN = dict(zip(_TONES, "øùûõï", strict=True))
_VNI_CIRCUMFLEX = dict(zip(("", *_TONES), "âàáåãä", strict=True))
_VNI_BREVE = dict(zip(("", *_TONES), "êèéúüë", strict=True))
_VNI_I = dict(zip(_TONES, "ìíæóò", strict=True))


def windows_1258(text: str) -> bytes:
    """The text in code page 1258."""
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in marks if mark in _TONES)
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        parts.append(base + tones)
    return "".join(parts).encode("cp1258", errors="replace")


def tcvn3(text: str) -> str:
    """What a reader of Windows-1252 sees of a text in TCVN3."""
    return "".join(
        _TCVN3.get(letter, _TCVN3.get(letter.lower(), letter)) for letter in unicodedata.normalize("NFC", text)
    )


def vni(text: str) -> str:
    """What a reader of Windows-1252 sees of a text in VNI."""
    return "".join(_vni(letter) for letter in unicodedata.normalize("NFC", text))


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252 ("Tiếng" becomes "Tiáº¿ng"); bytes it has no letter for become those of Latin-1."""
    raw = text.encode()
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in raw)


def old_tone_marks(text: str) -> str:
    """The tone of oa, oe and uy moved to the other vowel: "hoà" for "hòa", "hòa" for "hoà"."""
    decomposed = unicodedata.normalize("NFC", text)
    for pair in ("oa", "oe", "uy"):
        for tone in _TONES:
            first = unicodedata.normalize("NFC", pair[0] + tone) + pair[1]
            second = pair[0] + unicodedata.normalize("NFC", pair[1] + tone)
            decomposed = decomposed.replace(first, "\0").replace(second, first).replace("\0", second)
    return decomposed


def _vni(letter: str) -> str:
    if letter in "đĐ":
        return "ñ" if letter == "đ" else "Ñ"
    base, *marks = list(unicodedata.normalize("NFD", letter))
    tone = next((mark for mark in marks if mark in _TONES), "")
    if not marks:
        return letter
    if base in "iI":
        return _VNI_I[tone] if base == "i" else _VNI_I[tone].upper()
    if base in "yY" and tone == _DOT:
        return "î" if base == "y" else "Î"
    if _CIRCUMFLEX in marks or _BREVE in marks:
        told = (_VNI_CIRCUMFLEX if _CIRCUMFLEX in marks else _VNI_BREVE)[tone]
        return base + (told.upper() if base.isupper() else told)
    stem = {"o": "ô", "O": "Ô", "u": "ö", "U": "Ö"}[base] if _HORN in marks else base
    mark = _VNI_PLAIN.get(tone, "")
    return stem + (mark.upper() if base.isupper() else mark)
