"""The one way in which a file is refused as a whole."""

from protocol.errors import ProtocolError


class FileRefused(ProtocolError):
    """A file that cannot be read as a table."""

    default_code = "file_malformed"
