"""Drawn smear fields with perfect masks: for the demo and for tests, where no patient's image belongs."""

from models.synthetic.drawing import Drawing, draw, draw_jpeg, encode

__all__ = ["Drawing", "draw", "draw_jpeg", "encode"]
