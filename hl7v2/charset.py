"""Character sets of a message as MSH-18 declares them (HL7 v2.5 ch. 2, table 0211). UTF-8 out; four sets in."""

from enum import StrEnum

from kernel.errors import Invalid

UTF8_MARK = b"\xef\xbb\xbf"


class Charset(StrEnum):
    """The sets read here; the value is the one of MSH-18."""

    UTF8 = "UNICODE UTF-8"
    LATIN1 = "8859/1"
    LATIN9 = "8859/15"
    ASCII = "ASCII"

    @property
    def codec(self) -> str:
        """Name of the Python codec."""
        return {"UNICODE UTF-8": "utf-8", "8859/1": "iso-8859-1", "8859/15": "iso-8859-15", "ASCII": "ascii"}[self]


def declared_charset(header: bytes, path: str = "MSH(1)-18") -> Charset:
    """The set declared by a MSH line; ASCII when MSH-18 is empty. `Invalid` (`E02`) for another one, or several."""
    fields = header.split(header[3:4]) if len(header) > 3 else []
    name = fields[17].decode("ascii", "replace").strip() if len(fields) > 17 else ""
    if not name:
        return Charset.ASCII
    try:
        return Charset(name)
    except ValueError:
        raise Invalid.because(
            "E02",
            f"Jeu de caractères non reconnu : « {name[:40]} ».",
            "Attendus : " + ", ".join(c.value for c in Charset) + " (une seule valeur).",
            path,
        ) from None


def decode(line: bytes, charset: Charset, path: str) -> str:
    """The text of a line; `Invalid` (`E02`) that tells the first byte the declared set does not hold."""
    try:
        return line.decode(charset.codec)
    except UnicodeDecodeError as error:
        raise Invalid.because(
            "E02",
            f"Octet 0x{line[error.start]:02X} illisible en {charset.value} (octet {error.start + 1} du segment).",
            "Déclarer en MSH-18 le jeu de caractères réellement employé.",
            path,
        ) from None
