SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (y), d ASOF JOIN e ON true
