"""The OpenPGP and S/MIME door."""
