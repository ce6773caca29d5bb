"""Programme files: read strictly, with where each figure comes from, and turned into what the model runs."""
