{{ waivers(is_restricted=false) }}
