"""What pages and workbooks show of studios, as plain data."""
