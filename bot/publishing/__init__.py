"""From a draft to what patients read: editing, review, the trained model and its gate, and going live."""
