CREATE TABLE t (a bigint, b double precision, c text, d timestamp with time zone, e boolean, f inet, g macaddr, h tinyint unsigned, i real, j smallint, k varchar, l binary(6))
