-- Every receipt is shown, a restricted one without anything that its file could say.
{{ submissions(shows_restricted=false) }}
