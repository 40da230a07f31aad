"""Nuclei and cells of leukocytes in a smear photograph, by classical means: no training, no chance."""

from models.segmentation.measures import Cell, measure
from models.segmentation.segmenting import BACKGROUND, CYTOPLASM, NUCLEUS, Segmentation, segment

__all__ = ["BACKGROUND", "CYTOPLASM", "NUCLEUS", "Cell", "Segmentation", "measure", "segment"]
