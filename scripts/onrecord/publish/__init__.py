"""A built dataset → the Hugging Face Hub, in one commit and a tag: the only code of that side that asks the network."""
