"""Header tokens: fields, encoded words, parameters, addresses, dates; the charset ladder; people's YAML files.

Purpose: everything that more than one room must read the same way stands here once. In go bytes and
strings as they came, out go plain strings and records of ``mailflow.model``. Nothing here raises on
bad mail: what cannot be read is given back as it stands, with the name of what was wrong where a
caller wants to know. Everything is linear in the size of what it is given.

It may import ``mailflow.model``, ``mailflow.errors`` and the standard library (``documents`` also
PyYAML and pydantic).

=================  ==============================================================================
``charsets``       bytes to text: declared, then UTF-8, then windows-1252; never raises
``fields``         a header block to its fields (RFC 5322 §2.2), however it is damaged
``encoded_words``  ``=?utf-8?Q?…?=`` in every broken form (RFC 2047)
``parameters``     ``text/plain; charset=…`` with continuations and charsets (RFC 2045 §5.1, RFC 2231)
``addresses``      address lists: groups, comments, quoted names (RFC 5322 §3.4)
``dates``          a Date field to an aware moment in UTC (RFC 5322 §3.3)
``documents``      YAML files of the profile, with every fault at its place
=================  ==============================================================================

>>> from mailflow.syntax.addresses import read_addresses
>>> read_addresses('"Holt, Amy" <amy.holt2@met.police.uk>')
(Address(name='Holt, Amy', address='amy.holt2@met.police.uk'),)
"""
