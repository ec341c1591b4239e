"""How far channel and sender are to be trusted: plan crypto, judge what came."""
