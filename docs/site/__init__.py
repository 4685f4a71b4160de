"""The documentation as a site: pages of docs/, and the reference that is made from the program itself."""
