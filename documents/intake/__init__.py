"""From an office's paper to a draft: Word tables, spreadsheets and our own PDF become YAML with a report."""
