"""The examples over real files: what the product answers, against the same figure counted by pandas over the raw rows."""
