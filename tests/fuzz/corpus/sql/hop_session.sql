CREATE TABLE t WITH (x=1); SELECT * FROM HOP(t, ts, INTERVAL '1 s', INTERVAL '10 s') AS w; SELECT * FROM SESSION(t, ts, INTERVAL '1 s', partition_by => a); SELECT * FROM late(t)
