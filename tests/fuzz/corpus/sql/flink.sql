CREATE TABLE t (ts TIMESTAMP NOT NULL, a INT UNSIGNED, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'csv', 'path' = 'x');
SELECT window_start, window_end, sum(a) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end;
