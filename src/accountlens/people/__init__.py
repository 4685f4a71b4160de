"""Who may see and do what: users and their roles, sign-in, tokens, and the accounts each of them sees."""
