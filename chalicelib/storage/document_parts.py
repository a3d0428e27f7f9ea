"""What the sections of the configuration document have in common: kinds of values."""

from __future__ import annotations

from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Sender = Annotated[str, msgspec.Meta(pattern=r"^([^@\sA-Z]+@)?[^@\sA-Z]+\.[^@\sA-Z]+$", max_length=254)]
Email = Annotated[str, msgspec.Meta(pattern=r"^[^@\sA-Z]+@[^@\sA-Z]+$", max_length=254)]
Url = Annotated[str, msgspec.Meta(pattern=r"^(https://[!-~]+[^/])?$", max_length=200)]
