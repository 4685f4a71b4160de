"""Settings of Sphinx. Nothing is fetched, neither when the site is built nor when it is read."""

import accountlens

project = "accountlens"
version = release = accountlens.__version__
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_linkify_fuzzy_links = False
suppress_warnings = ["misc.highlighting_failure", "myst.header"]  # csv, cron: no colours; pages that begin at level 2
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_title = "accountlens"
html_show_sphinx = False
html_copy_source = False
html_show_copyright = False
highlight_language = "none"
