"""The official SOP document: one layout in millimetres, drawn as PDF, DOCX and SVG."""
