{{ rule_outcomes(is_restricted=false) }}
