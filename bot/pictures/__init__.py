"""Own drawings that explain what words explain less well: SVG made from templates, with their texts per language."""
