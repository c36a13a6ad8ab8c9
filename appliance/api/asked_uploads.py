"""What a tus client says of a recording: its path, its length, where a piece begins."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from appliance.api.asked import EncounterPath


class UploadPath(EncounterPath):
    upload_id: UUID


class BeginHeader(BaseModel):
    """The tus protocol's creation: how large the recording is. Of `Upload-Metadata` the box reads
    `declared_seconds` and keeps nothing else: a file's name can name a client.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    upload_length: int = Field(alias="Upload-Length", ge=0)
    upload_metadata: str = Field(default="", alias="Upload-Metadata")


class PieceHeader(BaseModel):
    """Where the piece begins, and a checksum over it, as in the tus protocol."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    upload_offset: int = Field(alias="Upload-Offset", ge=0)
    upload_checksum: str = Field(default="", alias="Upload-Checksum")
