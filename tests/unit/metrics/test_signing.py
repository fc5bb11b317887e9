"""A publication as long as a whole province's form is signed and checked like a short one."""

from pathlib import Path

import pytest

from metrics.signing import SignatureRefused, check, new_key, signer_of


@pytest.mark.parametrize("length", [1, 128_000, 128_001, 1_000_000])
def test_a_text_of_any_length_is_proven_and_its_change_refused(tmp_path: Path, length: int) -> None:
    new_key(tmp_path / "key.pem")
    signer = signer_of((tmp_path / "key.pem").read_text())
    keys = {signer.public.kid: signer.public}
    signed = signer.sign(b"a" * length).encode()
    assert check(signed, keys) == b"a" * length
    head, _, signature = signed.split(b".")
    other = signer.sign(b"b" * length).encode().split(b".")[1]
    with pytest.raises(SignatureRefused, match="does not belong"):
        check(b".".join((head, other, signature)), keys)
