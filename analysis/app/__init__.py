"""A page on this machine to ask "what if": programmes, levers, and paired differences as they come in."""
