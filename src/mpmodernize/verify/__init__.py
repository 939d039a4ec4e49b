"""Running programs under every start method, and comparing what they print."""
