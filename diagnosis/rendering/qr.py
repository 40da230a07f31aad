"""An address as a QR code."""

from __future__ import annotations

import io

import segno

# A quiet zone of two modules; the paper round it is white too.
BORDER = 2


def qr_svg(address: str) -> str:
    """Return the QR code as SVG that scales to any size."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=BORDER, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()
