-- Views per campaign and 10 s of event time, from the generator at full speed.
CREATE TABLE ysb (WATERMARK FOR ts AS ts)
  WITH (connector = 'generator', kind = 'ysb', rows = :'rows');
CREATE TABLE results WITH (connector = 'blackhole');

INSERT INTO results
SELECT window_start, campaign_id, count(*) AS views, max(ts) AS newest
FROM TUMBLE(ysb, ts, INTERVAL '10 seconds')
WHERE event_type = 0
GROUP BY window_start, window_end, campaign_id;
