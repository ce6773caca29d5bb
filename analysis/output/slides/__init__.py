"""Results as slides that can be edited: native charts, speaker notes with the exact figures, text alternatives."""
