"""`python -m accountlens` is the command line."""

from accountlens.surfaces.cli.app import main

if __name__ == "__main__":
    main()
