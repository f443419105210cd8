"""How photographs stand beside the declared forms: they are received and judged like one, and have no sheet.

Their rules are ``expectations/photograph.yml``; how to send them, ``sources/photographs/README.md``.
"""

# What receipts and rules call them in place of a form.
PHOTOGRAPH = "photograph"
PHOTOGRAPH_TITLE = "项目照片"
# How the right place is written for a clerk, below the unit's own folder.
RIGHT_PLACE = "photos/项目代码或项目名称/年-月/"
