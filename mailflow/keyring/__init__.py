"""The OpenPGP and S/MIME door.

In goes a :class:`~mailflow.model.security.CryptoTask` that ``security`` planned, out comes a
:class:`~mailflow.model.security.CryptoOutcome`. The crypto is done by the programs that know how: ``gpg`` through
python-gnupg, ``openssl cms``; there is no cryptographic protocol of our own. May import ``model`` and ``errors``.

    >>> keyring = GnupgKeyring(Path("/var/lib/mailflow/gpg"), lambda: passphrase)
    >>> keyring.open(CryptoTask(CryptoForm.PGP_MIME, ciphertext)).state
    <CryptoState.OPENED: 'opened'>
    >>> keyring.close()

==================================  ===========================================================================
encrypted, and we hold the key      OPENED; ``content``; ``signature`` and ``fingerprint`` of a signature inside
encrypted to others, to a password  NO_KEY
damaged, or not encrypted at all    FAILED (what only says that it is encrypted must never count as end-to-end)
signed                              SIGNATURE_GOOD with ``fingerprint``, SIGNATURE_BAD
signed, cannot be judged            NOT_TRIED (a key or authority that we do not know, expired, no CA file)
program away, our passphrase wrong  raises ``CryptoFault``: the mail waits, nothing is lost
==================================  ===========================================================================

A good signature only means some key in the ring, or some certificate under the CA file: who trusts it must compare
the fingerprint with the sender's. It is that of the primary key, and for S/MIME the SHA-256 of the certificate.

Standards: RFC 9580 (OpenPGP), RFC 3156 (PGP/MIME), RFC 8551 (S/MIME), RFC 5652 (CMS), GnuPG ``doc/DETAILS``.
"""

from .ring import GnupgKeyring, NoKeyring, no_passphrase
from .smime import SmimeFiles

__all__ = ["GnupgKeyring", "NoKeyring", "SmimeFiles", "no_passphrase"]
