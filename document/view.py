"""A document as a page a person reads before sending it: `view.xsl` over the narrative and the header.

The page has no script and its own content policy, so that it stays safe as a saved file whoever wrote the document.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from lxml import etree

from document.parsing import parse

_STYLE = """
:root{color-scheme:light;font:1rem/1.5 system-ui,sans-serif;color:#161616;background:#fff}
body{margin:0 auto;max-width:60rem;padding:1rem;overflow-wrap:break-word}
h1{font-size:1.6rem}h2{font-size:1.2rem;border-bottom:.1rem solid #161616;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{border:.06rem solid #595959;padding:.4rem;text-align:left}
td{vertical-align:top;overflow-wrap:anywhere}td ul{margin:0;padding-left:1.2rem}
dt{font-weight:bold}dd{margin:0 0 .4rem 1rem}img{max-width:100%;image-rendering:pixelated}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _stylesheet() -> etree.XSLT:
    """Ours, which may read and write nothing but what it is given."""
    closed = etree.XSLTAccessControl.DENY_ALL
    return etree.XSLT(etree.fromstring(files("document").joinpath("view.xsl").read_bytes()), access_control=closed)


def render_view(content: bytes) -> bytes:
    """The page in UTF-8 for the bytes of a document; the refusals are those of `parse`."""
    tree = parse(content).getroottree()
    style, policy = etree.XSLT.strparam(_STYLE), etree.XSLT.strparam(_POLICY)
    return bytes(_stylesheet()(tree, style=style, policy=policy))
