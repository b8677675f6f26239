CREATE TABLE t (WATERMARK FOR ts AS ts - INTERVAL '1 minute') WITH (connector = 'pcap')
