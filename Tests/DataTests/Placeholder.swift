// Replaced by the data tests.
