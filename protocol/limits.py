"""Every number of the protocol, with its unit and its source. No other file holds one."""

ENTRY_BYTES_MAX = 65_535
"""One entry of any log: the uint16 length prefix of tlog-tiles, "Log entries"."""

CHANGE_BYTES_MAX = 61_440
"""One change of a hub's log. A decision repeats it, adds members of its own (under 4 KiB), and
must itself fit into ENTRY_BYTES_MAX."""

ENTRY_DEPTH_MAX = 8
"""Nesting of an entry's objects and lists, the outermost counting 1 (protocol.md, "Names, logs,
keys")."""

JSON_DEPTH_MAX = 64
"""Nesting of any other JSON that is read from outside."""

JSON_BYTES_MAX = 1_048_576
"""Any other JSON body that is read from outside, in bytes."""

INTEGER_MAX = 2**53 - 1
"""Largest magnitude of an integer: what every JSON tool represents exactly (RFC 8785, 3.2.2.3)."""

KEY_LENGTH_MAX = 64
"""A member name of an entry, in characters of `[a-z0-9_]`."""

LOG_SIZE_MAX = 2**63 - 1
"""Entries of a log: what a signed 64-bit integer holds, as databases and most languages have it."""

SALT_BYTES = 16
"""Random bytes in every entry, so that a redacted entry's hash tells nothing."""

PACKAGE_ENTRIES = 256
"""Entries of an entry package, and of a full tile (tlog-mirror "add-entries"; tlog-tiles)."""

REQUEST_PACKAGES_MAX = 32
"""Entry packages a request (tlog-mirror, "Implementation Considerations"): 8,192 entries."""

PROOF_HASHES_MAX = 63
"""Hashes of any proof in a message (tlog-mirror, tlog-witness)."""

NOTE_SIGNATURES_MAX = 100
"""Signature lines of a note; signed-note asks for at least 16."""

NOTE_BYTES_MAX = 65_536
"""A signed note, in bytes."""

EVIDENCE_BYTES_MAX = 16 * 1_048_576
"""An evidence file, in bytes: a hundred of the largest entries, each twice, with proofs."""

TICKET_BYTES_MAX = 1_024
"""The opaque ticket of add-entries, in bytes."""

COURIER_BYTES_MAX = 268_435_456
"""One courier file, in bytes: it is in memory at once. An export of more has several volumes."""

COURIER_CHECKPOINTS_MAX = 256
"""Checkpoints of one hub that a courier file offers: each with its proof, about 1 kB."""

HAND_BACK_ENTRIES_MAX = 512
"""Entries that one message hands back to a restored centre."""

HAND_BACK_BYTES_MAX = 36 * 1_048_576
"""Such a message, in bytes: its entries at their largest, a checkpoint and a proof."""

RUNNING_REPLICATIONS_MAX = 100
"""Replications of one record at once: more than the 54 hubs there are, and 20 kB of its state."""

INVITATION_HOURS_MAX = 72
"""Lifetime of an invitation, in hours."""

SECRET_BYTES = 16
"""The single-use secret of an invitation: 128 bits."""

INSTANCE_CHARACTERS_MAX = 64
"""A node's name for its installation."""

SOFTWARE_CHARACTERS_MAX = 120
"""A node's name and version of its software."""

REQUEST_AGE_S_MAX = 600
"""How old a signed request (RFC 9421) may be, in seconds."""

CALL_AGAIN_S_MAX = 86_400
"""How long a centre may ask a hub not to call again, in seconds."""

PROTOCOL_VERSION = 1
"""Value of the header `JIPP-Protocol`."""
