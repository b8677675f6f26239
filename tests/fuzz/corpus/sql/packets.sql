CREATE TABLE packets WITH (connector = 'pcap', path = :'path');
CREATE TABLE talkers WITH (connector = 'sqlite', path = 'flows.db');
INSERT INTO talkers
SELECT window_start, src_ip, count(*) AS packets, sum(length) AS bytes
FROM TUMBLE(packets, ts, INTERVAL '1 second')
WHERE c = 'udp'
GROUP BY window_start, window_end, src_ip;
