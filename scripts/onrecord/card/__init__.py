"""What a dataset says of itself: the card with its figures, and Croissant; all made from what was built."""
