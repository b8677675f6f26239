CREATE TABLE t WITH (connector='x'); CREATE VIEW v AS SELECT a, b AS bb, c || 'x' AS cc FROM t WHERE a > 5 AND NOT b < 1.5; SELECT * FROM v
