"""What the push contract answers, field by field."""

from typing import Any

from pydantic import BaseModel, Field


class InboundSession(BaseModel):
    """A session of the push contract, or why there is none."""

    session: str = Field(description="Send it as `session` with every call; empty when the login was refused.")
    error_code: str | int = Field(description='"0" when it went well (spelt as configured), else "-1".')
    message: str = Field(description="In Vietnamese, for the sender's log.")
    result: list[Any] = Field(default=[], description="Empty.")


class InboundAnswer(BaseModel):
    """The contract's answer to a push."""

    error_code: str | int = Field(description='"0" when all was taken, "3" when all that was not is known, else "-1".')
    message: str = Field(description='Has "thành công" in it only when all was taken.')
    result: list[dict[str, Any]] = Field(
        description="What was not taken: ViTri (from 1), MaHoSo, error_code, message. Of TraCuuHoSo: the dossier."
    )
