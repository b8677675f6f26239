-- count, sum, min and max of value by key and second.
--   penstock run examples/peers/groupby.sql --set connector=packed --set path=groupby.bin
CREATE TABLE rows (ts TIMESTAMP, key INT, value INT)
  WITH (connector = :'connector', path = :'path', timestamp_format = 'unix_ms');

SELECT CAST(extract(epoch FROM window_start) * 1000 AS BIGINT) AS window_start,
       key, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max
FROM TUMBLE(rows, ts, INTERVAL '1 second')
GROUP BY window_start, window_end, key;
