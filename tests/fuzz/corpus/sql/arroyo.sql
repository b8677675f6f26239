CREATE TABLE t WITH (connector='x'); SELECT window.start, window.end, count(*) FROM t GROUP BY tumble(interval '1 second'), c
