-- Who knocks on many doors: sources that sent SYNs to more than 100 ports of one host in a minute.
--   penstock run examples/port_scan.sql --set path=trace.pcap
CREATE TABLE packets WITH (connector = 'pcap', path = :'path');

SELECT window_start, src_ip, dst_ip,
       count(DISTINCT dst_port) AS ports,
       count(*) AS syns
FROM TUMBLE(packets, ts, INTERVAL '1 minute')
WHERE protocol = 'tcp' AND tcp_flags & 18 = 2  -- SYN (2) without ACK (16)
GROUP BY window_start, window_end, src_ip, dst_ip
HAVING count(DISTINCT dst_port) > 100;
