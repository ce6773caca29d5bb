"""The report: one HTML file that tells what was asked, what came out and how sure that is, and works without internet."""
