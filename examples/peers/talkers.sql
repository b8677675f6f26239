-- Packets and bytes by source and second.
--   penstock run examples/peers/talkers.sql --set connector=packed --set path=talkers.bin
CREATE TABLE packets (ts TIMESTAMP, src INT UNSIGNED, length INT UNSIGNED)
  WITH (connector = :'connector', path = :'path', timestamp_format = 'unix_ns');

SELECT CAST(extract(epoch FROM window_start) * 1000000000 AS BIGINT) AS window_start,
       src, count(*) AS count, sum(length) AS sum_length
FROM TUMBLE(packets, ts, INTERVAL '1 second')
GROUP BY window_start, window_end, src;
