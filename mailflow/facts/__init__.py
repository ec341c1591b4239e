"""What a message states, in a closed vocabulary, each with its place."""
