"""The domain: channels, keyframes, performances, motion. Pure values, no I/O; imports only the standard library and numpy."""
