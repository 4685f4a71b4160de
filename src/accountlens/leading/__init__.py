"""Whether leading KPIs lead: their values at past month ends beside what became of the customers afterwards."""
