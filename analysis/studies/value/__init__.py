"""Value for money: what a unit of each outcome costs, to whom, in present values, and how sure that is."""
