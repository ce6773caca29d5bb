"""How fast the model is, measured; see README.md in this folder."""
