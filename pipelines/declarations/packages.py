"""How a zip package of several returns stands beside the declared forms: received like one, judged by its members."""

# What receipts call a package in place of a form.
PACKAGE = "package"
PACKAGE_TITLE = "压缩包"
