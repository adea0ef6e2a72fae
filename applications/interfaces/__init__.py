"""In: forms, files, sample filings. Out: sheets, receipts, workbooks, archives."""
