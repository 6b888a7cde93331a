"""Stamcelwijzer: patient information and pre-screening for stem cell transplantation in MS."""
