-- Who sends how much: packets and bytes by source, second by second.
--   penstock run examples/top_talkers.sql --set path=trace.pcap
CREATE TABLE packets WITH (connector = 'pcap', path = :'path');

SELECT window_start, src_ip, count(*) AS packets, sum(length) AS bytes
FROM TUMBLE(packets, ts, INTERVAL '1 second')
WHERE src_ip IS NOT NULL
GROUP BY window_start, window_end, src_ip;
