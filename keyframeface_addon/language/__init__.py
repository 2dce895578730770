"""Text to keyframes and back: request, prompt, notation, grammar, streaming reader. Imports only ``face``."""
