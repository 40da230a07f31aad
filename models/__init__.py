"""Trained models and the image library: what the analysis engine is made of."""
