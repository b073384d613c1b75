"""The messages of LAB-51, one file each, builder and parser together (`lcsd.md` §2)."""

from lcsd.master_files import MasterFile
from lcsd.messages.format import MessageFormat
from lcsd.messages.mfn_m08 import MFN_M08
from lcsd.messages.mfn_m09 import MFN_M09
from lcsd.messages.mfn_m10 import MFN_M10
from lcsd.messages.mfn_m11 import MFN_M11

FORMATS: dict[MasterFile, MessageFormat] = {f.file: f for f in (MFN_M08, MFN_M09, MFN_M11, MFN_M10)}
"""Every message by its master file, in emission order: a member is sent before the battery that names it."""
