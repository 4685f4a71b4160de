"""Reviews: weekly, monthly, quarterly and annual reports, in plain sentences, frozen as they were told."""
