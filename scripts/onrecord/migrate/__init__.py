"""Records of corrected articles and of older schemas."""
