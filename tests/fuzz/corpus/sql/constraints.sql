CREATE TABLE t (a int PRIMARY KEY, b int DEFAULT 5, c int CHECK (c > 0), PRIMARY KEY (a), UNIQUE (b))
