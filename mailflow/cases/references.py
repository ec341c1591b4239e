"""References: what we call an event towards the world, and what a person reads out on the telephone."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKLMNPQRTVWXYZ"
"""Thirty characters; left out are those that look like another: 0 O, 1 I, 5 S (S goes), U V (U goes)."""
PREFIX = "HS"
CHANCE_LETTERS = 7
"""30^7 = 2.2 × 10^10, 34 bits: a stranger who tries a million references meets one of a thousand with 1 in 22."""
CHANCE_BYTES = 8
"""Chance asked of the caller: 64 bits folded onto 34 leave every reference equally likely to within 10^-9."""
_LENGTH = len("HS-7KQ4-M2XD")
_SIZE = len(ALPHABET)


def reference_from(chance: bytes) -> str:
    """The reference that this chance gives; at least :data:`CHANCE_BYTES` bytes, else ``ValueError``."""
    if len(chance) < CHANCE_BYTES:
        raise ValueError(f"a reference needs {CHANCE_BYTES} bytes of chance, not {len(chance)}")
    number = int.from_bytes(chance, "big") % _SIZE**CHANCE_LETTERS
    letters = ""
    for _ in range(CHANCE_LETTERS):
        number, digit = divmod(number, _SIZE)
        letters += ALPHABET[digit]
    letters += _check_character(letters)
    return f"{PREFIX}-{letters[:4]}-{letters[4:]}"


def is_reference(text: str) -> bool:
    """True for the shape of a reference, in capitals, whatever its check character."""
    if len(text) != _LENGTH or not text.startswith(PREFIX + "-") or text[7] != "-":
        return False
    return all(letter in ALPHABET for letter in text[3:7] + text[8:])


def check_reference(text: str) -> bool:
    """True when the check character fits too: not misheard and not mistyped.

    References of the time before mailflow have the shape but no check character; so a failed check is a
    reason to ask again, never to drop a mail.
    """
    letters = text[3:7] + text[8:]
    return is_reference(text) and letters[-1] == _check_character(letters[:-1])


def _check_character(letters: str) -> str:
    """ISO/IEC 7064 hybrid system MOD M+1,M with M = 30 (31 is prime): finds every single wrong character,
    and of two neighbours changed round all but one pair in 435 (tested over all pairs)."""
    product = _SIZE
    for letter in letters:
        total = (product + ALPHABET.index(letter)) % _SIZE or _SIZE
        product = total * 2 % (_SIZE + 1)
    return ALPHABET[(_SIZE + 1 - product) % _SIZE]
