"""The printed order: A4 sheet as PDF/A-1b, EPU QR code, INS datamatrix. Never speaks to the EPU base or to HTTP."""
