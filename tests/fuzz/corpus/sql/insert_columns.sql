CREATE TABLE s WITH (a=1); CREATE TABLE o (x bigint, y text) WITH (b=2); INSERT INTO o (y, x) SELECT c, a FROM s
