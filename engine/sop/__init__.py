"""The SOP language: text, model, checks, expressions, forms and scenarios, all pure."""
