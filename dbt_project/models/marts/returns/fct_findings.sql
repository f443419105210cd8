{{ findings(is_restricted=false) }}
