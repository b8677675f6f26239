-- What is in a capture: one row of totals.
--   penstock run examples/packet_totals.sql --set path=trace.pcap
CREATE TABLE packets WITH (connector = 'pcap', path = :'path');

SELECT count(*) AS frames,
       sum(length) AS frame_bytes,
       count(*) FILTER (WHERE ip_version = 4) AS ipv4,
       count(*) FILTER (WHERE ip_version = 6) AS ipv6,
       count(*) FILTER (WHERE protocol = 'udp') AS udp,
       count(*) FILTER (WHERE protocol = 'tcp') AS tcp,
       count(*) FILTER (WHERE protocol = 'icmp') AS icmp,
       count(vlan) AS vlan,
       count(DISTINCT src_ip) AS distinct_src
FROM packets;
