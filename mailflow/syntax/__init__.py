"""Header tokens: addresses, encoded words, folding, dates, the charset ladder."""
