SELECT :open 1) FROM t
