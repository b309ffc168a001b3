"""A Django application that holds the flow class: Viewflow finds flows only in applications."""
